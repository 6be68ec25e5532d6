/*
 * The kernel's own cost of a container: overlay mount, clone3 into fresh namespaces and a fresh cgroup, /proc, /dev, /sys, pivot_root,
 * execve of /bin/true, wait, unmount, rmdir; nothing else. The bench compares every start with this, measured in the same run.
 *
 *   floor LOWER WORK CGROUP RUNS NET     NET 1: a network namespace of its own, 0: the host's
 *
 * Prints two numbers a run, in microseconds: begin to execve done, begin to all removed. 20 ms of sleep between runs, so that the
 * kernel's RCU waits show.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/sched.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static void check(int failed, const char *what)
{
  if (!failed)
    return;
  fprintf(stderr, "floor: %s: %s\n", what, strerror(errno));
  _exit(1);
}

static double microseconds(void)
{
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (double)now.tv_sec * 1e6 + (double)now.tv_nsec / 1e3;
}

static void box(const char *merged)
{
  check(mount("", "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0, "private");
  check(chdir(merged) < 0, merged);
  check(mount("proc", "proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL) < 0, "proc");
  check(mount("tmpfs", "dev", "tmpfs", MS_NOSUID, "mode=755,size=64k") < 0, "dev");
  /* Without a network namespace of its own a box may not mount a new sysfs in every configuration: the cost is the same. */
  check(mount("sysfs", "sys", "sysfs", MS_RDONLY | MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL) < 0, "sys");
  check(syscall(SYS_pivot_root, ".", ".") < 0, "pivot_root");
  check(umount2(".", MNT_DETACH) < 0, "detach");
  char *arguments[] = {"true", NULL}, *environment[] = {NULL};
  execve("/bin/true", arguments, environment);
  check(1, "execve");
}

int main(int argc, char **argv)
{
  if (argc != 6) {
    fputs("usage: floor LOWER WORK CGROUP RUNS NET\n", stderr);
    return 2;
  }
  const char *work = argv[2], *cgroups = argv[3];
  int runs = atoi(argv[4]);
  uint64_t flags = CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWIPC | CLONE_NEWUTS | CLONE_NEWCGROUP | CLONE_INTO_CGROUP;
  if (atoi(argv[5]))
    flags |= CLONE_NEWNET;
  char upper[4096], workdir[4096], merged[4096], options[16384], cgroup[4096];
  snprintf(upper, sizeof upper, "%s/upper", work);
  snprintf(workdir, sizeof workdir, "%s/work", work);
  snprintf(merged, sizeof merged, "%s/merged", work);
  mkdir(upper, 0755), mkdir(workdir, 0755), mkdir(merged, 0755);
  snprintf(options, sizeof options, "lowerdir=%s,upperdir=%s,workdir=%s", argv[1], upper, workdir);
  for (int run = 0; run < runs; run++) {
    snprintf(cgroup, sizeof cgroup, "%s/floor-%d-%d", cgroups, getpid(), run);
    double begin = microseconds();
    check(mount("overlay", merged, "overlay", 0, options) < 0, "overlay");
    check(mkdir(cgroup, 0755) < 0, cgroup);
    int directory = open(cgroup, O_DIRECTORY | O_RDONLY | O_CLOEXEC), executed[2];
    check(directory < 0 || pipe2(executed, O_CLOEXEC) < 0, "open");
    struct clone_args arguments = {.flags = flags, .exit_signal = SIGCHLD, .cgroup = (uint64_t)directory};
    pid_t pid = (pid_t)syscall(SYS_clone3, &arguments, sizeof arguments);
    check(pid < 0, "clone3");
    if (pid == 0)
      box(merged);
    close(executed[1]);
    char byte;
    check(read(executed[0], &byte, 1) != 0, "execve");
    double started = microseconds();
    int status;
    check(waitpid(pid, &status, 0) != pid || status != 0, "wait");
    close(executed[0]), close(directory);
    check(umount2(merged, MNT_DETACH) < 0, "unmount");
    while (rmdir(cgroup) < 0)
      check(errno != EBUSY, "rmdir");
    printf("%.0f %.0f\n", started - begin, microseconds() - begin);
    struct timespec pause = {0, 20 * 1000 * 1000};
    nanosleep(&pause, NULL);
  }
  return 0;
}
