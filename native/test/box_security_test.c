/* Rows of SECURITY: what an image or a neighbour in a shared volume tries. Each test fails when its defence is taken out. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>

#include "box_fixture.h"
#include "sys.h"
#include "test.h"

static struct run run;
static struct builder b;

static int entries_of(const char *directory) {
  int fd = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  char buffer[4096];
  long got, entries = 0;
  while ((got = syscall(SYS_getdents64, fd, buffer, sizeof buffer)) > 0)
    for (long at = 0; at < got; entries++) at += *(unsigned short *)(void *)(buffer + at + 16);
  close(fd);
  return (int)entries - 2;
}

TEST("/proc or /sys of the image as a link: the box does not start") {
  static const char *const LINKS[] = {"proc", "sys"};
  if (test_needs_root()) return;
  for (int i = 0; i < 2; i++) {
    int root = fixture_root();
    CHECK(!mkdirat(root, "fake", 0755) && !symlinkat("/fake", root, LINKS[i]));
    fixture_begin(&b, root);
    build(&b, PLAN_PIVOT);
    fixture_sh(&b, "true", &run);
    CHECK(run.fail.opcode == PLAN_MOUNT_FS && strstr(run.fail.text, "must be a real directory"));
  }
}

TEST("/dev of the image as a link to the host: everything stays inside, outside stays empty") {
  if (test_needs_root()) return;
  char outside[] = "/tmp/outside-XXXXXX";
  int root = fixture_root();
  CHECK(mkdtemp(outside) && !symlinkat(outside, root, "dev"));
  fixture_begin(&b, root);
  build(&b, PLAN_PIVOT);
  fixture_sh(&b, "stat -c %t,%T /dev/null; ls -d /tmp/outside-*", &run);
  CHECK_STR(run.fail.text, "");
  CHECK(!strncmp(run.output, "1,3\n/tmp/outside-", 17));
  CHECK(entries_of(outside) == 0 && !rmdir(outside));
}

TEST("links of the image in targets of mounts, nodes and masks lead nowhere but into the box") {
  if (test_needs_root()) return;
  char outside[] = "/tmp/outside-XXXXXX", up[64];
  int root = fixture_root();
  CHECK(mkdtemp(outside));
  snprintf(up, sizeof up, "../../../../../..%s", outside);
  CHECK(!symlinkat(up, root, "volume") && !symlinkat("/proc/self/root", root, "magic") && !symlinkat(outside, root, "masked"));
  build_start(&b);
  build(&b, PLAN_SLOT_FD, 1u, (uint32_t)root);
  build(&b, PLAN_SLOT_TREE, 2u, "/etc/passwd", 0u);
  build(&b, PLAN_CLONE, (uint64_t)(CLONE_NEWNS | CLONE_NEWPID), NO_DESCRIPTOR, 0u);
  build(&b, PLAN_ROOT, 1u);
  build(&b, PLAN_MOUNT_SLOT, 2u, "/volume/passwd", (uint64_t)0, (uint64_t)0, (uint64_t)0, 0u);
  build(&b, PLAN_MKDIR, "/volume/made", 0755u, 0u, 0u);
  build(&b, PLAN_MKNOD, "/volume/node", (uint32_t)(S_IFCHR | 0666), 1u, 3u, 0u, 0u);
  build(&b, PLAN_WORKDIR, "/volume/work", 1u);
  build(&b, PLAN_MASK, "/masked");
  build(&b, PLAN_PIVOT);
  fixture_sh(&b, "cd /tmp/outside-*; echo *", &run);
  CHECK_STR(run.fail.text, "");
  CHECK_STR(run.output, "*"); /* the directory is there, masked */
  CHECK(entries_of(outside) == 0 && !rmdir(outside));
}

TEST("magic links of /proc are never followed on the way to anything") {
  if (test_needs_root()) return;
  static const char *const WAYS[] = {"/proc/self/root/x", "/proc/self/fd/3", "/proc/self/cwd/x", "/proc/1/root/x"};
  for (size_t i = 0; i < sizeof WAYS / sizeof *WAYS; i++) {
    fixture_begin(&b, fixture_root());
    build(&b, PLAN_MKDIR, WAYS[i], 0755u, 0u, 0u);
    build(&b, PLAN_PIVOT);
    fixture_sh(&b, "true", &run);
    CHECK(run.fail.error && run.fail.opcode == PLAN_MKDIR);
  }
}

TEST("a working directory of /proc/self/fd/N is refused for every N") {
  if (test_needs_root()) return;
  char path[64];
  for (int fd = 3; fd <= 20; fd++) {
    fixture_begin(&b, fixture_root());
    build(&b, PLAN_PIVOT);
    snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    build(&b, PLAN_WORKDIR, path, 0u);
    fixture_sh(&b, "pwd", &run);
    CHECK(run.fail.error && run.fail.opcode == PLAN_WORKDIR);
  }
}

TEST("a terminal is not taken from what the image puts at /dev/pts, and its console not put through a link") {
  if (test_needs_root()) return;
  int root = fixture_root();
  CHECK(!mkdirat(root, "dev", 0755) && !mkdirat(root, "dev/pts", 0755) && !mknodat(root, "dev/pts/ptmx", S_IFCHR | 0666, 0x103));
  build_start(&b);
  build(&b, PLAN_SLOT_FD, 1u, (uint32_t)root);
  build(&b, PLAN_CLONE, (uint64_t)CLONE_NEWNS, NO_DESCRIPTOR, 0u);
  build(&b, PLAN_ROOT, 1u);
  build(&b, PLAN_CONSOLE, 24u, 80u);
  build(&b, PLAN_PIVOT);
  fixture_sh(&b, "true", &run);
  CHECK_STR(run.fail.text, "/dev/pts/ptmx is no terminal multiplexer");
  root = fixture_root();
  CHECK(!symlinkat("/tmp", root, "dev") && !symlinkat("/tmp/fake", root, "tmp/console"));
  fixture_begin(&b, root);
  build(&b, PLAN_CONSOLE, 24u, 80u);
  build(&b, PLAN_PIVOT);
  fixture_sh(&b, "true", &run);
  CHECK(run.fail.opcode == PLAN_CONSOLE);
}

TEST("writes to /proc go to a procfs of our own, whatever lies at /proc") {
  if (test_needs_root()) return;
  build_start(&b);
  int root = fixture_root();
  CHECK(!mkdirat(root, "proc", 0755) && !mkdirat(root, "proc/self", 0755));
  fixture_file(root, "proc/self/oom_score_adj", "fake");
  build(&b, PLAN_SLOT_FD, 1u, (uint32_t)root);
  build(&b, PLAN_CLONE, (uint64_t)(CLONE_NEWNS | CLONE_NEWPID), NO_DESCRIPTOR, 0u);
  build(&b, PLAN_ROOT, 1u);
  build(&b, PLAN_PIVOT);
  build(&b, PLAN_OOM_SCORE, 444);
  fixture_sh(&b, "cat /proc/self/oom_score_adj; mkdir /p", &run);
  CHECK_STR(run.output, "fake");
  CHECK(run.status == 0);
}

TEST("a FIFO, a device or 1 GB as /etc/passwd or /etc/group ends the start with an error, at once") {
  if (test_needs_root()) return;
  static const char *const FILES[] = {"etc/passwd", "etc/group"};
  for (int file = 0; file < 2; file++)
    for (int kind = 0; kind < 3; kind++) {
      int root = fixture_root();
      CHECK(!unlinkat(root, FILES[file], 0));
      if (kind == 0) CHECK(!mknodat(root, FILES[file], S_IFIFO | 0644, 0));
      if (kind == 1) CHECK(!mknodat(root, FILES[file], S_IFCHR | 0644, 0x105));
      if (kind == 2) {
        int fd = openat(root, FILES[file], O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
        CHECK(!ftruncate(fd, 1 << 30));
        close(fd);
      }
      fixture_begin(&b, root);
      build(&b, PLAN_PIVOT);
      build(&b, PLAN_RESOLVE_USER, "alice", NULL);
      fixture_sh(&b, "true", &run);
      CHECK(run.fail.opcode == PLAN_RESOLVE_USER && run.fail.error == (kind == 2 ? EFBIG : EINVAL));
    }
}

TEST("/etc/passwd as a link to the host's is read inside the box") {
  if (test_needs_root()) return;
  int root = fixture_root();
  CHECK(!unlinkat(root, "etc/passwd", 0) && !symlinkat("../../../../etc/hosts-passwd", root, "etc/passwd"));
  fixture_file(root, "etc/hosts-passwd", "bob:x:42:43::/bob:\n");
  fixture_begin(&b, root);
  build(&b, PLAN_PIVOT);
  build(&b, PLAN_RESOLVE_USER, "bob", NULL);
  build(&b, PLAN_BECOME);
  fixture_sh(&b, "id -u", &run);
  CHECK_STR(run.output, "42");
}

TEST("an exec of /proc/self/exe runs the helper without plan or descriptors, which does nothing") {
  if (test_needs_root()) return;
  struct running box;
  fixture_begin(&b, fixture_root());
  build(&b, PLAN_PIVOT);
  build(&b, PLAN_ENVIRONMENT, 0u, "PATH=/bin", NULL);
  build(&b, PLAN_EXEC, "sleep", "1000", NULL);
  CHECK(fixture_start(&b, &box, &run));
  fixture_exec_begin(&b, false);
  build(&b, PLAN_EXEC, "/proc/self/exe", "version", NULL);
  fixture_exec(&b, &box, -1, &run); /* runs the helper itself, in the box, with nothing of the host open */
  CHECK(run.status == 0 && !strncmp(run.output, "boxshim ", 8));
  fixture_kill(&box);
}

/* Swaps a directory and a link to `outside` in a volume until it is killed. */
static pid_t start_swapping(const char *volume) {
  pid_t pid = fork();
  if (pid) return pid;
  if (chdir(volume)) _exit(1);
  for (;;) syscall(SYS_renameat2, AT_FDCWD, "swap", AT_FDCWD, "link", 2 /* RENAME_EXCHANGE */);
}

TEST("while a neighbour swaps directory and link in a shared volume, nothing is made or mounted outside") {
  if (test_needs_root()) return;
  char volume[] = "/tmp/volume-XXXXXX", outside[] = "/tmp/outside-XXXXXX", path[64], made[64];
  CHECK(mkdtemp(volume) && mkdtemp(outside));
  snprintf(path, sizeof path, "%s/swap", volume);
  CHECK(!mkdir(path, 0755));
  snprintf(path, sizeof path, "%s/link", volume);
  CHECK(!symlink(outside, path));
  pid_t swapper = start_swapping(volume);
  for (int round = 0; round < 100; round++) {
    build_start(&b);
    build(&b, PLAN_SLOT_FD, 1u, (uint32_t)fixture_root());
    build(&b, PLAN_SLOT_TREE, 2u, volume, 0u);
    build(&b, PLAN_CLONE, (uint64_t)(CLONE_NEWNS | CLONE_NEWPID), NO_DESCRIPTOR, 0u);
    build(&b, PLAN_ROOT, 1u);
    build(&b, PLAN_MOUNT_SLOT, 2u, "/volume", (uint64_t)0, (uint64_t)0, (uint64_t)0, 0u);
    for (int i = 0; i < 100; i++) {
      snprintf(made, sizeof made, "/volume/swap/made%d", i);
      build(&b, PLAN_MKDIR, made, 0755u, 0u, 0u);
    }
    build(&b, PLAN_MOUNT_FS, "/volume/swap/mounted", "tmpfs", (uint64_t)0, NULL);
    build(&b, PLAN_PIVOT);
    fixture_sh(&b, "true", &run); /* may fail: the directory is not always there */
  }
  kill(swapper, SIGKILL);
  waitpid(swapper, NULL, 0);
  CHECK(entries_of(outside) == 0);
  snprintf(path, sizeof path, "rm -rf %s %s", volume, outside);
  CHECK(system(path) == 0);
}
