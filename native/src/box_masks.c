#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>

#include "box.h"
#include "path.h"
#include "sys.h"

static int open_existing(struct box *box, const char *path, int *place, struct fail *fail) {
  int root = box_root(box, fail);
  if (root < 0) return -1;
  *place = path_open(root, path, O_PATH, 0);
  return *place < 0 && errno != ENOENT && errno != ENOTDIR ? fail_set(fail, errno, "open %s", path) : 0;
}

static int attach_and_close(int tree, int place) {
  if (tree < 0) return -1;
  int failed = move_mount(tree, "", place, "", MOVE_MOUNT_F_EMPTY_PATH | MOVE_MOUNT_T_EMPTY_PATH);
  int error = errno;
  close(tree);
  errno = error;
  return failed;
}

/* An empty tmpfs that nobody can write to, not even root. The first one is kept: a clone of it is far cheaper than a new tmpfs. */
static int mask_directory(struct box *box, int place) {
  if (box->masked_directory >= 0)
    return attach_and_close(open_tree(box->masked_directory, "", OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | AT_EMPTY_PATH), place);
  int context = fsopen("tmpfs", FSOPEN_CLOEXEC), tree = -1;
  if (context >= 0 && !fsconfig(context, FSCONFIG_SET_FLAG, "ro", NULL, 0) &&
      !fsconfig(context, FSCONFIG_SET_STRING, "nr_inodes", "1", 0) && !fsconfig(context, FSCONFIG_CMD_CREATE, NULL, NULL, 0))
    tree = fsmount(context, FSMOUNT_CLOEXEC, MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV | MOUNT_ATTR_NOEXEC);
  int error = errno;
  close_if_open(context);
  errno = error;
  if (tree < 0 || move_mount(tree, "", place, "", MOVE_MOUNT_F_EMPTY_PATH | MOVE_MOUNT_T_EMPTY_PATH)) return -1;
  box->masked_directory = tree;
  return 0;
}

int box_op_mask(struct box *box, const struct plan_op *op, struct fail *fail) {
  const char *path = op_str(op, 0);
  struct stat status;
  int place;
  if (box->null_device < 0 || box->pivoted) return fail_say(fail, EINVAL, "mask %s must stand between root and pivot", path);
  if (open_existing(box, path, &place, fail)) return -1;
  if (place < 0) return 0;
  int failed = fstat(place, &status);
  if (!failed)
    failed = S_ISDIR(status.st_mode)
                 ? mask_directory(box, place)
                 : attach_and_close(open_tree(box->null_device, "", OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | AT_EMPTY_PATH), place);
  int error = errno;
  close(place);
  return failed ? fail_set(fail, error, "mask %s", path) : 0;
}

int box_op_readonly(struct box *box, const struct plan_op *op, struct fail *fail) {
  const char *path = op_str(op, 0);
  struct mount_attr attributes = {.attr_set = MOUNT_ATTR_RDONLY};
  int place;
  if (open_existing(box, path, &place, fail)) return -1;
  if (place < 0) return 0;
  int tree = open_tree(place, "", OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | AT_EMPTY_PATH | AT_RECURSIVE);
  int failed = tree < 0 || mount_setattr(tree, "", AT_EMPTY_PATH | AT_RECURSIVE, &attributes, sizeof attributes);
  int error = errno;
  if (failed) close_if_open(tree);
  else if ((failed = attach_and_close(tree, place))) error = errno;
  close(place);
  return failed ? fail_set(fail, error, "read-only %s", path) : 0;
}
