#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/if.h>
#include <linux/rtnetlink.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "box_fixture.h"
#include "sys.h"
#include "test.h"

/* CHOWN DAC_OVERRIDE FOWNER FSETID KILL SETGID SETUID SETPCAP NET_BIND_SERVICE SYS_CHROOT SETFCAP */
#define DEFAULT_CAPABILITIES 0x800405fbu

static struct run run;
static struct builder b;

/* A box as the engine starts it, with `script` as its program. */
static void run_box(int root, const char *user, const char *script) {
  fixture_begin(&b, root);
  build(&b, PLAN_PIVOT);
  build(&b, PLAN_RESOLVE_USER, user, NULL);
  build(&b, PLAN_CAP_BOUNDING, (uint64_t)DEFAULT_CAPABILITIES);
  build(&b, PLAN_BECOME);
  build(&b, PLAN_CAPABILITIES, (uint64_t)DEFAULT_CAPABILITIES, (uint64_t)DEFAULT_CAPABILITIES, (uint64_t)0, (uint64_t)0);
  fixture_sh(&b, script, &run);
}

#define CHECK_RUN(expected)                                                                                            \
  do {                                                                                                                 \
    CHECK_STR(run.fail.text, "");                                                                                      \
    CHECK_STR(run.output, expected);                                                                                   \
    CHECK(run.status == 0);                                                                                            \
  } while (0)

TEST("a box is process 1 in /, with /proc, /dev and its nodes, pts, shm, mqueue and /sys") {
  if (test_needs_root()) return;
  run_box(fixture_root(), "", "echo $$ $(pwd) $HOME; while read a b c d e; do echo $b $c ${d%%,relatime*}; done </proc/mounts; cd /dev; for n in *; do stat -c '%n %A %t,%T' $n; done; echo x >/dev/null");
  CHECK_RUN(
      "1 / /root\n"
      "/ tmpfs rw\n"
      "/proc proc rw,nosuid,nodev,noexec\n"
      "/dev tmpfs rw,nosuid\n"
      "/dev/pts devpts rw,nosuid,noexec\n"
      "/dev/shm tmpfs rw,nosuid,nodev,noexec\n"
      "/dev/mqueue mqueue rw,nosuid,nodev,noexec\n"
      "/sys sysfs ro,nosuid,nodev,noexec\n"
      "fd lrwxrwxrwx 0,0\n"
      "full crw-rw-rw- 1,7\n"
      "mqueue drwxrwxrwt 0,0\n"
      "null crw-rw-rw- 1,3\n"
      "ptmx lrwxrwxrwx 0,0\n"
      "pts drwxr-xr-x 0,0\n"
      "random crw-rw-rw- 1,8\n"
      "shm drwxrwxrwt 0,0\n"
      "stdout lrwxrwxrwx 0,0\n"
      "tty crw-rw-rw- 5,0\n"
      "urandom crw-rw-rw- 1,9\n"
      "zero crw-rw-rw- 1,5");
}

TEST("root in a box has the given capabilities, none inheritable or ambient") {
  if (test_needs_root()) return;
  run_box(fixture_root(), "", "id; grep Cap /proc/self/status");
  CHECK_RUN(
      "uid=0(root) gid=0(root) groups=0(root),10(wheel)\n"
      "CapInh:\t0000000000000000\n"
      "CapPrm:\t00000000800405fb\n"
      "CapEff:\t00000000800405fb\n"
      "CapBnd:\t00000000800405fb\n"
      "CapAmb:\t0000000000000000");
}

TEST("another user has its groups, its home, its stdout, and no capabilities") {
  if (test_needs_root()) return;
  run_box(fixture_root(), "alice", "id; echo $HOME; grep Cap /proc/self/status; echo again >/dev/stdout");
  CHECK_RUN(
      "uid=1000(alice) gid=1001(alice) groups=10(wheel),29(audio),1001(alice)\n"
      "/home/alice\n"
      "CapInh:\t0000000000000000\n"
      "CapPrm:\t0000000000000000\n"
      "CapEff:\t0000000000000000\n"
      "CapBnd:\t00000000800405fb\n"
      "CapAmb:\t0000000000000000\n"
      "again");
}

TEST("a number is that user, whatever name the image gives it") {
  if (test_needs_root()) return;
  run_box(fixture_root(), "1000", "id -u; echo $HOME");
  CHECK_RUN("1000\n/home/alice");
}

TEST("ambient capabilities reach a user that is not root") {
  if (test_needs_root()) return;
  fixture_begin(&b, fixture_root());
  build(&b, PLAN_PIVOT);
  build(&b, PLAN_RESOLVE_USER, "alice", NULL);
  build(&b, PLAN_BECOME);
  build(&b, PLAN_CAPABILITIES, (uint64_t)0x401, (uint64_t)0x401, (uint64_t)0x400, (uint64_t)0x400);
  fixture_sh(&b, "grep -e Eff -e Amb /proc/self/status", &run);
  CHECK_RUN("CapEff:\t0000000000000400\nCapAmb:\t0000000000000400");
}

TEST("only 0, 1 and 2 are open in the program, and nothing is ignored or blocked") {
  if (test_needs_root()) return;
  int stray = open("/etc/passwd", O_RDONLY); /* NOLINT: not close-on-exec, that is the point */
  signal(SIGPIPE, SIG_IGN);
  const uint64_t ignored[4] = {1};
  syscall(SYS_rt_sigaction, 33, ignored, NULL, 8); /* one of libc's own, which libc itself does not touch */
  run_box(fixture_root(), "", "echo /proc/self/fd/*; exec grep SigBlk /proc/self/status");
  CHECK_STR(run.output, "/proc/self/fd/0 /proc/self/fd/1 /proc/self/fd/2 /proc/self/fd/3\nSigBlk:\t0000000000000000"); /* 3: the shell's, to read the directory */
  fixture_begin(&b, fixture_root());
  build(&b, PLAN_PIVOT);
  build(&b, PLAN_SIGNALS);
  build(&b, PLAN_EXEC, "/bin/grep", "SigIgn", "/proc/self/status", NULL);
  fixture_run(&b, &run);
  signal(SIGPIPE, SIG_DFL);
  close(stray);
  CHECK_RUN("SigIgn:\t0000000000000000");
}

TEST("directories, nodes and links get exactly the modes and owners of the plan") {
  if (test_needs_root()) return;
  fixture_begin(&b, fixture_root());
  build(&b, PLAN_MKDIR, "/a/b/c", 01777u, 3u, 4u);
  build(&b, PLAN_MKDIR, "/a/b/c", 0700u, 0u, 0u);
  build(&b, PLAN_MKNOD, "/a/fifo", (uint32_t)(S_IFIFO | 0622), 0u, 0u, 5u, 6u);
  build(&b, PLAN_PIVOT);
  fixture_sh(&b, "stat -c '%n %a %u:%g' /a /a/b /a/b/c /a/fifo; touch /a/new; stat -c %a /a/new", &run);
  CHECK_RUN("/a 755 0:0\n/a/b 755 0:0\n/a/b/c 1777 3:4\n/a/fifo 622 5:6\n644");
}

TEST("bind mounts come from slots, with their attributes, and their targets are made") {
  if (test_needs_root()) return;
  char directory[] = "/tmp/source-XXXXXX", file[64];
  CHECK(mkdtemp(directory));
  snprintf(file, sizeof file, "%s/file", directory);
  FILE *stream = fopen(file, "w");
  fputs("from the host\n", stream);
  fclose(stream);
  int root = fixture_root();
  CHECK(!symlinkat("../run/missing/resolv.conf", root, "etc/resolv.conf"));
  build_start(&b);
  build(&b, PLAN_SLOT_FD, 1u, (uint32_t)root);
  build(&b, PLAN_SLOT_TREE, 2u, directory, 1u);
  build(&b, PLAN_SLOT_TREE, 3u, file, 0u);
  build(&b, PLAN_CLONE, (uint64_t)(CLONE_NEWNS | CLONE_NEWPID), NO_DESCRIPTOR, 0u);
  build(&b, PLAN_ROOT, 1u);
  build(&b, PLAN_MOUNT_FS, "/proc", "proc", (uint64_t)0, NULL);
  build(&b, PLAN_MOUNT_SLOT, 2u, "/data/deep", (uint64_t)MOUNT_ATTR_RDONLY, (uint64_t)0, (uint64_t)MS_PRIVATE, 1u);
  build(&b, PLAN_MOUNT_SLOT, 3u, "/etc/resolv.conf", (uint64_t)0, (uint64_t)0, (uint64_t)0, 0u);
  build(&b, PLAN_ROOT_READONLY);
  build(&b, PLAN_PIVOT);
  fixture_sh(&b, "cat /data/deep/file /etc/resolv.conf /run/missing/resolv.conf; touch /data/deep/new 2>&1; touch /new 2>&1; echo changed >/etc/resolv.conf", &run);
  CHECK_RUN("from the host\nfrom the host\nfrom the host\ntouch: /data/deep/new: Read-only file system\ntouch: /new: Read-only file system");
  char text[32] = "";
  stream = fopen(file, "r");
  CHECK(fgets(text, sizeof text, stream) && !strcmp(text, "changed\n"));
  fclose(stream);
  unlink(file);
  rmdir(directory);
}

TEST("a root cloned from a shared mount of the host does not show it the box's mounts") {
  if (test_needs_root()) return;
  char directory[] = "/tmp/shared-XXXXXX", inner[64];
  CHECK(mkdtemp(directory) && !mount("tmpfs", directory, "tmpfs", 0, NULL) && !mount(NULL, directory, NULL, MS_SHARED, NULL));
  snprintf(inner, sizeof inner, "%s/inner", directory);
  CHECK(!mkdir(inner, 0755));
  build_start(&b);
  build(&b, PLAN_SLOT_TREE, 1u, directory, 0u);
  build(&b, PLAN_CLONE, (uint64_t)(CLONE_NEWNS | CLONE_NEWPID), NO_DESCRIPTOR, 0u);
  build(&b, PLAN_ROOT, 1u);
  build(&b, PLAN_MOUNT_FS, "/inner", "tmpfs", (uint64_t)0, NULL);
  build(&b, PLAN_MKDIR, "/inner/seen", 0755u, 0u, 0u);
  build(&b, PLAN_EXEC, "/missing", NULL);
  fixture_run(&b, &run);
  CHECK(run.fail.opcode == PLAN_EXEC);
  CHECK(!rmdir(inner) && !umount2(directory, MNT_DETACH) && !rmdir(directory));
}

TEST("masked paths are empty, read-only paths cannot be written, missing ones do not matter") {
  if (test_needs_root()) return;
  int root = fixture_root();
  fixture_file(root, "secret", "secret");
  fixture_begin(&b, root);
  build(&b, PLAN_MKDIR, "/hidden/inner", 0755u, 0u, 0u);
  build(&b, PLAN_MKDIR, "/hidden2/inner", 0755u, 0u, 0u);
  static const char *const MASKED[] = {"/secret", "/hidden", "/hidden2", "/proc/keys", "/nothing/here", "/secret/nothing", "/sys/firmware"};
  for (size_t i = 0; i < sizeof MASKED / sizeof *MASKED; i++) build(&b, PLAN_MASK, MASKED[i]);
  build(&b, PLAN_READONLY, "/proc/sys");
  build(&b, PLAN_READONLY, "/nothing");
  build(&b, PLAN_PIVOT);
  fixture_sh(&b, "cat /secret /proc/keys; echo /hidden/* /hidden2/* /sys/firmware/*; touch /hidden/x 2>/dev/null || echo no; mkdir /hidden2/x 2>/dev/null || echo no; echo x 2>/dev/null >/proc/sys/kernel/hostname || echo no; stat -c %t,%T /secret", &run);
  CHECK_RUN("/hidden/* /hidden2/* /sys/firmware/*\nno\nno\nno\n1,3");
}

TEST("the host name, a sysctl and loopback belong to the box") {
  if (test_needs_root()) return;
  struct {
    struct nlmsghdr header;
    struct ifinfomsg info;
  } up = {{sizeof up, RTM_NEWLINK, NLM_F_REQUEST | NLM_F_ACK, 1, 0}, {.ifi_index = 1, .ifi_flags = IFF_UP, .ifi_change = IFF_UP}}, bad = up;
  bad.info.ifi_index = 77;
  bad.header.nlmsg_seq = 2;
  fixture_begin(&b, fixture_root());
  build(&b, PLAN_HOSTNAME, "hello");
  build(&b, PLAN_SYSCTL, "net.ipv4.ip_unprivileged_port_start", "0");
  build(&b, PLAN_NETLINK, &up, sizeof up);
  build(&b, PLAN_PIVOT);
  fixture_sh(&b, "hostname; cat /proc/sys/net/ipv4/ip_unprivileged_port_start /sys/class/net/lo/flags; cat /proc/self/cgroup | grep ^0:", &run);
  CHECK_RUN("hello\n0\n0x9\n0::/");
  fixture_begin(&b, fixture_root());
  build(&b, PLAN_NETLINK, &bad, sizeof bad);
  build(&b, PLAN_PIVOT);
  fixture_sh(&b, "true", &run);
  CHECK_STR(run.fail.text, "netlink message 0, type 16: No such device");
  CHECK(run.fail.opcode == PLAN_NETLINK && WEXITSTATUS(run.status) == 125);
}

TEST("limits, oom score, no_new_privs, seccomp, keyring and session are set") {
  if (test_needs_root()) return;
  struct sock_filter allow = {.code = BPF_RET | BPF_K, .k = SECCOMP_RET_ALLOW};
  fixture_begin(&b, fixture_root());
  build(&b, PLAN_PIVOT);
  build(&b, PLAN_RLIMIT, (uint32_t)RLIMIT_CORE, (uint64_t)0, (uint64_t)0);
  build(&b, PLAN_RLIMIT, (uint32_t)RLIMIT_NOFILE, (uint64_t)100, (uint64_t)200);
  build(&b, PLAN_OOM_SCORE, 321);
  build(&b, PLAN_KEYRING);
  build(&b, PLAN_SETSID);
  build(&b, PLAN_NO_NEW_PRIVILEGES);
  build(&b, PLAN_SECCOMP, 0u, &allow, sizeof allow);
  fixture_sh(&b, "ulimit -n; ulimit -Hn; cat /proc/self/oom_score_adj; grep -e NoNew -e Seccomp: /proc/self/status; read a b c d e f g </proc/1/stat; echo session $f", &run);
  CHECK_RUN("100\n200\n321\nNoNewPrivs:\t1\nSeccomp:\t2\nsession 1");
}

TEST("a hard limit that cannot be raised says why") {
  struct rlimit now;
  if (test_needs_root()) return;
  getrlimit(RLIMIT_MEMLOCK, &now);
  if (now.rlim_max == RLIM_INFINITY) {
    test_skipped("RLIMIT_MEMLOCK has no hard limit here that could be raised");
    return;
  }
  fixture_begin(&b, fixture_root());
  build(&b, PLAN_PIVOT);
  build(&b, PLAN_RLIMIT, (uint32_t)RLIMIT_MEMLOCK, (uint64_t)RLIM_INFINITY, (uint64_t)RLIM_INFINITY);
  fixture_sh(&b, "ulimit -l", &run);
  CHECK(run.status == 0 || (run.fail.error == EPERM && strstr(run.fail.text, "CAP_SYS_RESOURCE")));
}

static void run_program(const char *path, const char *program) {
  int root = fixture_root();
  mkdirat(root, "sub", 0755);
  mkdirat(root, "sub/both", 0755);
  fixture_file(root, "sub/plain", "text");
  fixture_file(root, "sub/script", "#!/missing/interpreter\n");
  fixture_file(root, "sub/both2", "#!/bin/sh\necho wrong\n");
  fixture_file(root, "bin/both2", "#!/bin/sh\necho right\n");
  fixture_file(root, "garbage", "garbage");
  fchmodat(root, "sub/script", 0755, 0);
  fchmodat(root, "bin/both2", 0755, 0);
  fchmodat(root, "garbage", 0755, 0);
  fixture_begin(&b, root);
  build(&b, PLAN_PIVOT);
  build(&b, PLAN_ENVIRONMENT, 0u, path, NULL);
  build(&b, PLAN_EXEC, program, NULL);
  fixture_run(&b, &run);
}

static void fails_with(int code, const char *text) {
  CHECK_STR(run.fail.text, text);
  CHECK(WEXITSTATUS(run.status) == code && run.fail.opcode == PLAN_EXEC);
}

TEST("a program that cannot be run says why: 127 when it is missing, else 126") {
  if (test_needs_root()) return;
  run_program("PATH=/bin:/sub", "nothing");
  fails_with(127, "exec nothing: not found in PATH (/bin:/sub)");
  run_program("A=b", "nothing");
  fails_with(127, "exec nothing: not found in PATH (there is none)");
  run_program("PATH=/bin", "/nothing");
  fails_with(127, "exec /nothing: No such file or directory");
  run_program("PATH=/bin", "");
  fails_with(127, "exec: the command is empty");
  run_program("PATH=/bin", "/sub");
  fails_with(126, "exec /sub: it is a directory");
  run_program("PATH=/bin:/sub", "both");
  fails_with(127, "exec both: not found in PATH (/bin:/sub)");
  run_program("PATH=/bin:/sub", "plain");
  fails_with(126, "exec /sub/plain: Permission denied");
  run_program("PATH=/bin:/sub", "script");
  fails_with(127, "exec /sub/script: the file is there, but its interpreter or loader is missing");
  run_program("PATH=/bin", "/garbage");
  fails_with(126, "exec /garbage: no program of this machine (wrong architecture, or a script without #!)");
  run_program("PATH=/sub:/bin", "both2");
  CHECK_RUN("right");
}

TEST("the environment is what the plan says and nothing else") {
  if (test_needs_root()) return;
  setenv("SECRET", "of the host", 1);
  fixture_begin(&b, fixture_root());
  build(&b, PLAN_PIVOT);
  build(&b, PLAN_ENVIRONMENT, 1u, "A=1", "HOME=/given", "EMPTY=", NULL);
  build(&b, PLAN_EXEC, "/bin/env", NULL);
  fixture_run(&b, &run);
  CHECK_RUN("A=1\nHOME=/given\nEMPTY=");
  fixture_begin(&b, fixture_root());
  build(&b, PLAN_ENVIRONMENT, 0u, "SECRET", NULL);
  fixture_sh(&b, "", &run);
  CHECK_STR(run.fail.text, "environment: 'SECRET' is not KEY=VALUE");
}

TEST("the working directory is made when asked for, else it must be there") {
  if (test_needs_root()) return;
  fixture_begin(&b, fixture_root());
  build(&b, PLAN_PIVOT);
  build(&b, PLAN_WORKDIR, "/new/deep", 1u);
  fixture_sh(&b, "pwd; stat -c '%a %u' .", &run);
  CHECK_RUN("/new/deep\n755 0");
  fixture_begin(&b, fixture_root());
  build(&b, PLAN_PIVOT);
  build(&b, PLAN_WORKDIR, "/new", 0u);
  fixture_sh(&b, "", &run);
  CHECK_STR(run.fail.text, "working directory /new: No such file or directory");
}

TEST("a terminal is the box's own, its controlling one, has the given size, and is /dev/console") {
  if (test_needs_root()) return;
  fixture_begin(&b, fixture_root());
  build(&b, PLAN_CONSOLE, 33u, 101u);
  build(&b, PLAN_PIVOT);
  build(&b, PLAN_RESOLVE_USER, "alice", NULL);
  build(&b, PLAN_BECOME);
  fixture_sh(&b, "tty; stty size; stat -c '%u:%g %t' /dev/console /dev/pts/0; echo x >/dev/tty; echo y >/dev/console", &run);
  CHECK_RUN("/dev/pts/0\r\n33 101\r\n1000:5 88\r\n1000:5 88\r\nx\r\ny\r");
}

TEST("exec joins the box: same namespaces, process 1 seen, own user, and we are its parent") {
  if (test_needs_root()) return;
  struct running box;
  fixture_begin(&b, fixture_root());
  build(&b, PLAN_HOSTNAME, "joined");
  build(&b, PLAN_PIVOT);
  build(&b, PLAN_ENVIRONMENT, 0u, "PATH=/bin", NULL);
  build(&b, PLAN_EXEC, "sleep", "1000", NULL);
  CHECK(fixture_start(&b, &box, &run));
  fixture_exec_begin(&b, false);
  build(&b, PLAN_RESOLVE_USER, "alice", NULL);
  build(&b, PLAN_CAP_BOUNDING, (uint64_t)DEFAULT_CAPABILITIES);
  build(&b, PLAN_BECOME);
  build(&b, PLAN_CAPABILITIES, (uint64_t)DEFAULT_CAPABILITIES, (uint64_t)DEFAULT_CAPABILITIES, (uint64_t)0, (uint64_t)0);
  build(&b, PLAN_WORKDIR, "/tmp", 0u);
  fixture_program(&b, "hostname; pwd; id -u; cat /proc/1/comm; grep -e CapInh -e CapBnd /proc/self/status; echo /proc/self/fd/*; exit 7");
  fixture_exec(&b, &box, -1, &run);
  CHECK_STR(run.fail.text, "");
  CHECK_STR(run.output, "joined\n/tmp\n1000\nsleep\nCapInh:\t0000000000000000\nCapBnd:\t00000000800405fb\n/proc/self/fd/0 /proc/self/fd/1 /proc/self/fd/2 /proc/self/fd/3");
  CHECK(WIFEXITED(run.status) && WEXITSTATUS(run.status) == 7);

  fixture_exec_begin(&b, false);
  build(&b, PLAN_CONSOLE, 10u, 20u);
  fixture_program(&b, "tty; stty size; test -e /dev/console || echo no console");
  fixture_exec(&b, &box, -1, &run);
  CHECK_STR(run.output, "/dev/pts/0\r\n10 20\r\nno console\r");

  fixture_exec_begin(&b, false);
  build(&b, PLAN_EXEC, "/missing", NULL);
  fixture_exec(&b, &box, -1, &run);
  CHECK(run.fail.error == ENOENT && run.fail.opcode == PLAN_EXEC);
  fixture_kill(&box);
}

TEST("an exec helper that fails before it has a process says so") {
  if (test_needs_root()) return;
  struct running none = {.launch = {.pidfd = -1}};
  fixture_exec_begin(&b, false);
  build(&b, PLAN_EXEC, "/x", NULL);
  fixture_exec(&b, &none, -1, &run);
  CHECK(run.fail.opcode == PLAN_JOIN && run.fail.error == EBADF && run.status == -1);
}
