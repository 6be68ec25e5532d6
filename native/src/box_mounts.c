#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include "box.h"
#include "path.h"
#include "sync.h"
#include "sys.h"

/* The host's /dev/null covers masked files: it must really be that device (runc, CVE-2025-31133), so it is opened before the pivot. */
static int open_null_device(struct fail *fail) {
  struct stat status;
  int fd = open("/dev/null", O_PATH | O_NOFOLLOW | O_CLOEXEC);
  if (fd < 0) return fail_set(fail, errno, "open the host's /dev/null");
  if (!fstat(fd, &status) && S_ISCHR(status.st_mode) && status.st_rdev == makedev(1, 3)) return fd;
  close(fd);
  return fail_say(fail, ENODEV, "the host's /dev/null is not device 1:3");
}

/* The agent makes the mount while we are being cloned: whoever is first waits for the other. */
int box_op_slot_receive(struct box *box, const struct plan_op *op, struct fail *fail) {
  uint32_t slot = op_u32(op, 0);
  int socket = (int)op_u32(op, 1);
  struct sync_message message;
  if (slot >= SLOT_COUNT || box->slots[slot]) return fail_say(fail, EINVAL, "slot %u cannot be filled", slot);
  if (sync_receive(socket, &message)) return fail_set(fail, errno, "waiting for slot %u", slot);
  if (message.fd < 0) return fail_say(fail, ENODATA, "slot %u: its mount was given up", slot);
  box->slots[slot] = message.fd + 1;
  close(socket);
  return 0;
}

int box_op_root(struct box *box, const struct plan_op *op, struct fail *fail) {
  int root = box_slot(box, op_u32(op, 0), fail);
  if (root < 0) return -1;
  struct mount_attr attributes = {.propagation = MS_PRIVATE};
  if (mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL)) return fail_set(fail, errno, "make / private");
  /* A clone of a shared mount is shared too: what we mount in it would appear on the host. */
  if (mount_setattr(root, "", AT_EMPTY_PATH | AT_RECURSIVE, &attributes, sizeof attributes))
    return fail_set(fail, errno, "make the root file system private");
  if (move_mount(root, "", AT_FDCWD, "/", MOVE_MOUNT_F_EMPTY_PATH)) return fail_set(fail, errno, "attach the root file system");
  box->root = root;
  box->builds_root = true;
  box->null_device = open_null_device(fail);
  return box->null_device < 0 ? -1 : 0;
}

/* What the file system itself says about a refused mount: fsopen(2), "message retrieval". */
static void add_mount_message(int context, char *text, size_t size) {
  ssize_t got = read(context, text, size - 1);
  text[got > 0 ? got : 0] = 0;
}

static int configure(int context, const struct plan_op *op, struct fail *fail) {
  for (unsigned i = 3; i < op->argc; i++) {
    char *option = op_str(op, i);
    char *equals = strchr(option, '=');
    bool has_value = equals && equals[1];
    if (equals) *equals = 0;
    int failed = has_value ? fsconfig(context, FSCONFIG_SET_STRING, option, equals + 1, 0)
                           : fsconfig(context, FSCONFIG_SET_FLAG, option, NULL, 0);
    int error = errno;
    if (equals) *equals = '=';
    if (failed) return fail_set(fail, error, "mount %s at %s: option %s", op_str(op, 1), op_str(op, 0), option);
  }
  return 0;
}

static int make_mount(const struct plan_op *op, struct fail *fail) {
  const char *target = op_str(op, 0), *type = op_str(op, 1);
  int context = fsopen(type, FSOPEN_CLOEXEC);
  if (context < 0) return fail_set(fail, errno, "mount %s at %s", type, target);
  int fd = -1;
  if (!configure(context, op, fail)) {
    if (fsconfig(context, FSCONFIG_CMD_CREATE, NULL, NULL, 0) ||
        (fd = fsmount(context, FSMOUNT_CLOEXEC, (unsigned)op_u64(op, 2))) < 0) {
      char message[128];
      int error = errno;
      add_mount_message(context, message, sizeof message);
      fail_set(fail, error, "mount %s at %s %s", type, target, message);
    }
  }
  close(context);
  return fd;
}

/* procfs and sysfs only go where the path says: an image's link there would let it fake what we write to (runc, CVE-2019-19921). */
static int open_target(int root, const char *target, const char *type, struct fail *fail) {
  int fd = path_make(root, target, PATH_DIRECTORY, fail);
  if (fd < 0 || (strcmp(type, "proc") && strcmp(type, "sysfs"))) return fd;
  close(fd);
  fd = path_open(root, target, O_PATH | O_DIRECTORY, RESOLVE_NO_SYMLINKS);
  return fd < 0 ? fail_set(fail, errno, "mount %s at %s: it must be a real directory", type, target) : fd;
}

int box_op_mount_fs(struct box *box, const struct plan_op *op, struct fail *fail) {
  const char *target = op_str(op, 0), *type = op_str(op, 1);
  int root = box_root(box, fail);
  if (root < 0) return -1;
  int made = make_mount(op, fail);
  if (made < 0) return -1;
  int place = open_target(root, target, type, fail);
  int result = -1;
  if (place >= 0) {
    if (move_mount(made, "", place, "", MOVE_MOUNT_F_EMPTY_PATH | MOVE_MOUNT_T_EMPTY_PATH))
      fail_set(fail, errno, "mount %s at %s", type, target);
    else result = 0;
    close(place);
  }
  bool whole_proc = !strcmp(type, "proc") && op->argc == 3;
  if (result == 0 && whole_proc && box->proc < 0) box->proc = made;
  else close(made);
  return result;
}

int box_op_mount_slot(struct box *box, const struct plan_op *op, struct fail *fail) {
  const char *target = op_str(op, 1);
  unsigned recursive = op_u32(op, 5) ? AT_RECURSIVE : 0;
  struct mount_attr attributes = {.attr_set = op_u64(op, 2), .attr_clr = op_u64(op, 3), .propagation = op_u64(op, 4)};
  struct stat status;
  int root = box_root(box, fail), source = box_slot(box, op_u32(op, 0), fail);
  if (root < 0 || source < 0) return -1;
  if (fstat(source, &status)) return fail_set(fail, errno, "mount at %s", target);
  /* Before it is attached: it is never there with looser attributes. */
  if (mount_setattr(source, "", AT_EMPTY_PATH | recursive, &attributes, sizeof attributes))
    return fail_set(fail, errno, "attributes of the mount at %s", target);
  int place = path_make(root, target, S_ISDIR(status.st_mode) ? PATH_DIRECTORY : PATH_FILE, fail);
  if (place < 0) return -1;
  int failed = move_mount(source, "", place, "", MOVE_MOUNT_F_EMPTY_PATH | MOVE_MOUNT_T_EMPTY_PATH);
  int error = errno;
  close(place);
  return failed ? fail_set(fail, error, "mount at %s", target) : 0;
}

int box_op_root_readonly(struct box *box, const struct plan_op *op, struct fail *fail) {
  (void)op;
  struct mount_attr attributes = {.attr_set = MOUNT_ATTR_RDONLY};
  int root = box_root(box, fail);
  if (root < 0) return -1;
  if (mount_setattr(root, "", AT_EMPTY_PATH, &attributes, sizeof attributes)) return fail_set(fail, errno, "read-only root");
  return 0;
}

int box_op_pivot(struct box *box, const struct plan_op *op, struct fail *fail) {
  (void)op;
  if (!box->builds_root || box->pivoted) return fail_say(fail, EINVAL, "pivot needs one root before it");
  if (fchdir(box->root) || sys_pivot_root(".", ".")) return fail_set(fail, errno, "pivot_root");
  /* The old root lies on top of the new one at `.`: pivot_root(2), NOTES. */
  if (umount2(".", MNT_DETACH)) return fail_set(fail, errno, "detach the host's root");
  if (chdir("/")) return fail_set(fail, errno, "chdir /");
  box->pivoted = true;
  return 0;
}
