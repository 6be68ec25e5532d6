#include "home.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <link.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "sys.h"

enum { BACKLOG = 64, PAGE_BYTES = 4096 };

static int spare = -1;

pid_t home_fork(int cgroup) {
  struct sys_clone_args arguments = {.exit_signal = SIGCHLD};
  if (cgroup >= 0) {
    arguments.flags = CLONE_INTO_CGROUP;
    arguments.cgroup = (uint64_t)cgroup;
  }
  return sys_clone3(&arguments);
}

int home_settle(struct fail *fail) {
  if (setsid() < 0) return fail_set(fail, errno, "setsid");
  if (prctl(PR_SET_CHILD_SUBREAPER, 1) < 0) return fail_set(fail, errno, "PR_SET_CHILD_SUBREAPER");
  /* Started from a memfd, its name would be the descriptor's number. */
  prctl(PR_SET_NAME, "boxshim");
  signal(SIGPIPE, SIG_IGN);
  signal(SIGXFSZ, SIG_IGN); /* a file size limit is one more way for a log to be full */
  int null = open("/dev/null", O_RDWR | O_CLOEXEC);
  if (null < 0) return fail_set(fail, errno, "/dev/null");
  for (int fd = 0; fd <= 2; fd++)
    if (null != fd && dup3(null, fd, O_CLOEXEC) < 0) return fail_set(fail, errno, "/dev/null as descriptor %d", fd);
  if (null > 2) close(null);
  return 0;
}

static int bind_in(int fd, int directory, const char *name) {
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  /* Through /proc: the path of a run directory may be longer than sun_path. */
  snprintf(address.sun_path, sizeof address.sun_path, "/proc/self/fd/%d/%s", directory, name);
  /* The mode of a socket file is the socket's, less the umask (net/unix/af_unix.c, unix_bind_bsd). */
  if (fchmod(fd, 0600) < 0) return -1;
  return bind(fd, (struct sockaddr *)&address, sizeof address);
}

int home_listen(int directory, const char *name, struct fail *fail) {
  if (spare < 0) spare = fcntl(0, F_DUPFD_CLOEXEC, 3);
  int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (fd >= 0 && bind_in(fd, directory, name) == 0 && listen(fd, BACKLOG) == 0) return fd;
  fail_set(fail, errno, "socket %s in the run directory", name);
  close_if_open(fd);
  return -1;
}

int home_write_pid(int directory, struct fail *fail) {
  char text[16];
  int length = snprintf(text, sizeof text, "%d\n", getpid());
  int fd = openat(directory, "shim.pid", O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (fd < 0 || write(fd, text, (size_t)length) != length) {
    fail_set(fail, errno, "shim.pid in the run directory");
    close_if_open(fd);
    return -1;
  }
  close(fd);
  return 0;
}

void home_remove(int directory) {
  static const char *const names[] = {"ctl.sock", "attach.sock", "shim.pid"};
  for (size_t i = 0; i < sizeof names / sizeof *names; i++) unlinkat(directory, names[i], 0);
}

/* With no descriptor left a connection could be neither taken nor refused, and its arrival would wake us for ever: one is kept for that. */
static void refuse_one(int listener) {
  close_if_open(spare);
  close_if_open(accept4(listener, NULL, NULL, SOCK_CLOEXEC));
  spare = fcntl(0, F_DUPFD_CLOEXEC, 3);
}

static int is_ours(int fd) {
  struct ucred peer;
  socklen_t size = sizeof peer;
  return getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &size) == 0 && (peer.uid == 0 || peer.uid == geteuid());
}

int home_accept(int listener) {
  for (;;) {
    int fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
    if (fd < 0) {
      if (errno == EMFILE || errno == ENFILE) refuse_one(listener);
      return -1;
    }
    if (is_ours(fd)) return fd;
    close(fd);
  }
}

int home_leave_mounts(void) {
  if (unshare(CLONE_NEWNS) < 0) return -1;
  if (mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0) return -1;
  /* Any directory serves to carry the empty root until the pivot. */
  if (mount("none", "/proc", "tmpfs", MS_NOSUID | MS_NODEV | MS_NOEXEC | MS_RDONLY, "size=0,mode=0555") < 0) return -1;
  if (chdir("/proc") < 0 || sys_pivot_root(".", ".") < 0) return -1;
  return umount2(".", MNT_DETACH) < 0 || chdir("/") < 0 ? -1 : 0;
}

/* Only what nobody wrote to: dropped pages come back from the file. */
static int drop_segment(struct dl_phdr_info *image, size_t size, void *unused) {
  (void)size, (void)unused;
  for (int i = 0; i < image->dlpi_phnum; i++) {
    const ElfW(Phdr) *part = &image->dlpi_phdr[i];
    uintptr_t page = PAGE_BYTES - 1, start = image->dlpi_addr + part->p_vaddr, end = (start + part->p_memsz) & ~page;
    start = (start + page) & ~page;
    if (part->p_type == PT_LOAD && !(part->p_flags & PF_W) && end > start) madvise((void *)start, end - start, MADV_DONTNEED);
  }
  return 0;
}

void home_drop_program(void) { dl_iterate_phdr(drop_segment, NULL); }
