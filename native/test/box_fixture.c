#include "box_fixture.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "sys.h"

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

void fixture_sh(struct builder *b, const char *script, struct run *run) {
  build(b, PLAN_SIGNALS);
  build(b, PLAN_UMASK, 022u);
  build(b, PLAN_ENVIRONMENT, 1u, "PATH=/nowhere:/bin", NULL);
  build(b, PLAN_EXEC, "sh", "-c", script, NULL);
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

void fixture_run(struct builder *b, struct run *run) {
  struct plan plan;
  struct launch launch = {.sync = -1};
  int out[2], in = open("/dev/null", O_RDONLY | O_CLOEXEC), master = -1;
  *run = (struct run){0};
  build_plan(b, &plan);
  must(!pipe2(out, O_CLOEXEC), "pipe");
  int begun = launch_begin(&plan, &(struct launch_streams){in, out[1], out[1]}, &launch, &run->fail);
  close(out[1]);
  close(in);
  build_free(b);
  if (begun) {
    close(out[0]);
    run->status = -1;
    return;
  }
  int result;
  while ((result = launch_wait(&launch, &master, &run->fail)) == 1) continue;
  collect(master >= 0 ? master : out[0], run);
  must(waitpid(launch.pid, &run->status, 0) == launch.pid, "waitpid");
  close(out[0]);
  close_if_open(master);
  close(launch.pidfd);
  close(launch.sync);
}
