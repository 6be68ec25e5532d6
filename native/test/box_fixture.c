#include "box_fixture.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "sys.h"

/* The program under test; `make test` builds it first. */
#define BOXSHIM (getenv("BOXSHIM") ? getenv("BOXSHIM") : "build/boxshim")

static void must(bool done, const char *what) {
  if (done) return;
  perror(what);
  abort();
}

static void copy_busybox(int root) {
  int from = open(BUSYBOX, O_RDONLY | O_CLOEXEC);
  int to = openat(root, "bin/busybox", O_WRONLY | O_CREAT | O_CLOEXEC, 0755);
  must(from >= 0 && to >= 0, "copy " BUSYBOX " (package busybox-static)");
  while (sendfile(to, from, NULL, 1 << 24) > 0) continue;
  close(from);
  close(to);
}

int fixture_root(void) {
  static const char *const LINKS[] = {"sh", "id", "cat", "echo", "ls", "grep", "sleep", "test", "touch", "mkdir", "stat", "tty", "stty", "hostname", "env", "pwd"};
  int context = fsopen("tmpfs", FSOPEN_CLOEXEC);
  must(context >= 0 && !fsconfig(context, FSCONFIG_SET_STRING, "mode", "0755", 0) && !fsconfig(context, FSCONFIG_CMD_CREATE, NULL, NULL, 0), "tmpfs");
  int root = fsmount(context, FSMOUNT_CLOEXEC, 0);
  must(root >= 0, "fsmount");
  close(context);
  must(!mkdirat(root, "bin", 0755) && !mkdirat(root, "etc", 0755) && !mkdirat(root, "tmp", 01777), "mkdir");
  copy_busybox(root);
  char path[32];
  for (size_t i = 0; i < sizeof LINKS / sizeof *LINKS; i++) {
    snprintf(path, sizeof path, "bin/%s", LINKS[i]);
    must(!symlinkat("busybox", root, path), "symlink");
  }
  fixture_file(root, "etc/passwd", "root:x:0:0:root:/root:/bin/sh\nalice:x:1000:1001:Alice:/home/alice:/bin/sh\n1000:x:0:0::/evil:/bin/sh\n");
  fixture_file(root, "etc/group", "root:x:0:\nalice:x:1001:\nwheel:x:10:root,alice\naudio:x:29:alice\n");
  return root;
}

void fixture_file(int root, const char *path, const char *text) {
  int fd = openat(root, path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
  must(fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text), path);
  close(fd);
}

void fixture_begin(struct builder *b, int root) {
  static const struct { const char *path; uint32_t minor, major; } NODES[] = {
      {"/dev/null", 3, 1}, {"/dev/zero", 5, 1}, {"/dev/full", 7, 1}, {"/dev/random", 8, 1}, {"/dev/urandom", 9, 1}, {"/dev/tty", 0, 5}};
  uint64_t quiet = MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV | MOUNT_ATTR_NOEXEC;
  build_start(b);
  build(b, PLAN_SLOT_FD, 1u, (uint32_t)root);
  build(b, PLAN_CLONE, (uint64_t)(CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWIPC | CLONE_NEWUTS | CLONE_NEWCGROUP | CLONE_NEWNET), NO_DESCRIPTOR, 0u);
  build(b, PLAN_ROOT, 1u);
  build(b, PLAN_MOUNT_FS, "/proc", "proc", quiet, NULL);
  build(b, PLAN_MOUNT_FS, "/dev", "tmpfs", (uint64_t)MOUNT_ATTR_NOSUID, "mode=755", "size=65536k", NULL);
  build(b, PLAN_MOUNT_FS, "/dev/pts", "devpts", (uint64_t)(MOUNT_ATTR_NOSUID | MOUNT_ATTR_NOEXEC), "newinstance", "ptmxmode=0666", "mode=0620", "gid=5", NULL);
  build(b, PLAN_MOUNT_FS, "/dev/shm", "tmpfs", quiet, "mode=1777", "size=65536k", NULL);
  build(b, PLAN_MOUNT_FS, "/dev/mqueue", "mqueue", quiet, NULL);
  build(b, PLAN_MOUNT_FS, "/sys", "sysfs", quiet | MOUNT_ATTR_RDONLY, NULL);
  for (size_t i = 0; i < sizeof NODES / sizeof *NODES; i++)
    build(b, PLAN_MKNOD, NODES[i].path, (uint32_t)(S_IFCHR | 0666), NODES[i].major, NODES[i].minor, 0u, 0u);
  build(b, PLAN_SYMLINK, "/proc/self/fd", "/dev/fd");
  build(b, PLAN_SYMLINK, "/proc/self/fd/1", "/dev/stdout");
  build(b, PLAN_SYMLINK, "pts/ptmx", "/dev/ptmx");
}

void fixture_program(struct builder *b, const char *script) {
  build(b, PLAN_SIGNALS);
  build(b, PLAN_UMASK, 022u);
  build(b, PLAN_ENVIRONMENT, 1u, "PATH=/nowhere:/bin", NULL);
  build(b, PLAN_EXEC, "sh", "-c", script, NULL);
}

void fixture_sh(struct builder *b, const char *script, struct run *run) {
  fixture_program(b, script);
  fixture_run(b, run);
}

static void collect(int fd, struct run *run) {
  size_t length = 0;
  ssize_t got;
  while (length < sizeof run->output - 1 && (got = read(fd, run->output + length, sizeof run->output - 1 - length)) > 0)
    length += (size_t)got;
  run->output[length] = 0;
  if (length && run->output[length - 1] == '\n') run->output[length - 1] = 0;
}

static int pass_streams(int out[2], struct launch_streams *streams) {
  must(!pipe2(out, O_CLOEXEC), "pipe");
  streams->in = open("/dev/null", O_RDONLY | O_CLOEXEC);
  streams->out = streams->err = out[1];
  return streams->in;
}

/* Until execve or failure; the pid may come on the way. */
static int await(struct running *running) {
  int result;
  do result = launch_wait(&running->launch, &running->master, &running->run->fail);
  while (result > 0);
  close(running->launch.sync);
  return result;
}

bool fixture_start(struct builder *b, struct running *running, struct run *run) {
  struct plan plan;
  struct launch_streams streams;
  int out[2];
  *run = (struct run){0};
  *running = (struct running){.launch = {.sync = -1}, .master = -1, .run = run};
  build_plan(b, &plan);
  pass_streams(out, &streams);
  int begun = launch_begin(&plan, &streams, &running->launch, &run->fail);
  close(out[1]);
  close(streams.in);
  build_free(b);
  running->output = out[0];
  if (!begun) return await(running) == 0;
  close(out[0]);
  return false;
}

void fixture_finish(struct running *running) {
  struct run *run = running->run;
  if (running->launch.pid == 0) {
    run->status = -1;
    return;
  }
  collect(running->master >= 0 ? running->master : running->output, run);
  must(waitpid(running->launch.pid, &run->status, 0) == running->launch.pid, "waitpid");
  close(running->output);
  close_if_open(running->master);
  close(running->launch.pidfd);
}

void fixture_kill(struct running *running) {
  sys_pidfd_send_signal(running->launch.pidfd, SIGKILL);
  fixture_finish(running);
}

void fixture_run(struct builder *b, struct run *run) {
  struct running running;
  fixture_start(b, &running, run);
  fixture_finish(&running);
}

void fixture_exec_begin(struct builder *b, bool cgroup) {
  build_start(b);
  build(b, PLAN_JOIN, 5u, (uint64_t)(CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWIPC | CLONE_NEWUTS | CLONE_NEWCGROUP | CLONE_NEWNET));
  build(b, PLAN_CLONE, (uint64_t)0, cgroup ? 6u : NO_DESCRIPTOR, 1u);
}

static pid_t spawn_helper(int plan, int sync, int pidfd, int cgroup, const struct launch_streams *streams) {
  const int given[] = {streams->in, streams->out, streams->err, plan, sync, pidfd, cgroup};
  pid_t pid = fork();
  if (pid) return pid;
  int high[7];
  for (int i = 0; i < 7; i++) high[i] = given[i] < 0 ? -1 : fcntl(given[i], F_DUPFD_CLOEXEC, 100);
  for (int i = 0; i < 7; i++)
    if (high[i] >= 0) dup2(high[i], i);
  execl(BOXSHIM, "boxshim", "exec", NULL);
  _exit(99);
}

void fixture_exec(struct builder *b, const struct running *box, int cgroup, struct run *run) {
  struct running session = {.launch = {.pidfd = -1}, .master = -1, .run = run};
  struct launch_streams streams;
  int out[2], pair[2], plan = memfd_create("plan", MFD_CLOEXEC), status;
  *run = (struct run){0};
  build(b, PLAN_END);
  must(write(plan, b->bytes, b->length) == (ssize_t)b->length, "plan");
  build_free(b);
  must(!socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair), "socketpair");
  pass_streams(out, &streams);
  pid_t helper = spawn_helper(plan, pair[1], box->launch.pidfd, cgroup, &streams);
  close(out[1]);
  close(streams.in);
  close(plan);
  close(pair[1]);
  session.output = out[0];
  session.launch.sync = pair[0];
  await(&session);
  must(waitpid(helper, &status, 0) == helper, "waitpid helper");
  fixture_finish(&session);
}
