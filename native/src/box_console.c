#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/vfs.h>

#include "box.h"
#include "path.h"
#include "sync.h"
#include "sys.h"

/* /dev/pts/ptmx of a real devpts, reached without links: an image cannot offer its own (runc, CVE-2025-52565). */
static int open_master(int root, struct fail *fail) {
  struct stat status;
  struct statfs system;
  int fd = path_open(root, "dev/pts/ptmx", O_RDWR | O_NOCTTY, RESOLVE_NO_SYMLINKS);
  if (fd < 0) return fail_set(fail, errno, "open /dev/pts/ptmx");
  if (!fstat(fd, &status) && S_ISCHR(status.st_mode) && status.st_rdev == makedev(5, 2) && !fstatfs(fd, &system) &&
      system.f_type == DEVPTS_SUPER_MAGIC)
    return fd;
  close(fd);
  return fail_say(fail, ENODEV, "/dev/pts/ptmx is no terminal multiplexer");
}

static int bind_over_console(int root, int slave, struct fail *fail) {
  int place = path_make(root, "dev/console", PATH_FILE, fail);
  if (place < 0) return -1;
  int tree = open_tree(slave, "", OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | AT_EMPTY_PATH);
  int failed = tree < 0 || move_mount(tree, "", place, "", MOVE_MOUNT_F_EMPTY_PATH | MOVE_MOUNT_T_EMPTY_PATH);
  int error = errno;
  close_if_open(tree);
  close(place);
  return failed ? fail_set(fail, error, "/dev/console") : 0;
}

static int use_slave(struct box *box, int master, int slave, const struct winsize *size, struct fail *fail) {
  if (ioctl(slave, TIOCSWINSZ, size)) return fail_set(fail, errno, "size of the terminal");
  if (setsid() < 0) return fail_set(fail, errno, "setsid");
  if (ioctl(slave, TIOCSCTTY, 0)) return fail_set(fail, errno, "controlling terminal");
  for (int stream = 0; stream < 3; stream++)
    if (dup2(slave, stream) < 0) return fail_set(fail, errno, "standard stream %d", stream);
  if (box->builds_root && bind_over_console(box->root, slave, fail)) return -1;
  return sync_send_master(box->sync, master, fail);
}

int box_op_console(struct box *box, const struct plan_op *op, struct fail *fail) {
  struct winsize size = {.ws_row = (unsigned short)op_u32(op, 0), .ws_col = (unsigned short)op_u32(op, 1)};
  int root = box_root(box, fail), unlock = 0;
  int master = root < 0 ? -1 : open_master(root, fail);
  if (master < 0) return -1;
  int slave = -1;
  if (!ioctl(master, TIOCSPTLCK, &unlock)) slave = ioctl(master, TIOCGPTPEER, O_RDWR | O_NOCTTY | O_CLOEXEC);
  int result = slave < 0 ? fail_set(fail, errno, "open the terminal's other end") : use_slave(box, master, slave, &size, fail);
  close_if_open(slave);
  close(master);
  return result;
}

int box_op_setsid(struct box *box, const struct plan_op *op, struct fail *fail) {
  (void)box, (void)op;
  return setsid() < 0 ? fail_set(fail, errno, "setsid") : 0;
}
