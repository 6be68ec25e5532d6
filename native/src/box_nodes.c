#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include "box.h"
#include "path.h"
#include "sys.h"

/* Owner of what was just made; root's own needs no call. */
static int give_to(int parent, const char *name, uint32_t uid, uint32_t gid) {
  return uid == 0 && gid == 0 ? 0 : fchownat(parent, name, uid, gid, AT_SYMLINK_NOFOLLOW);
}

static int open_parent(struct box *box, const char *path, const char **name, struct fail *fail) {
  int root = box_root(box, fail);
  return root < 0 ? -1 : path_parent(root, path, name, fail);
}

static int finish(int parent, int failed, const char *what, const char *path, struct fail *fail) {
  int error = errno;
  close(parent);
  return failed ? fail_set(fail, error, "%s %s", what, path) : 0;
}

int box_op_mkdir(struct box *box, const struct plan_op *op, struct fail *fail) {
  const char *path = op_str(op, 0), *name;
  struct stat status;
  int parent = open_parent(box, path, &name, fail);
  if (parent < 0) return -1;
  int failed = mkdirat(parent, name, op_u32(op, 1));
  if (!failed) failed = give_to(parent, name, op_u32(op, 2), op_u32(op, 3));
  else if (errno == EEXIST && !fstatat(parent, name, &status, AT_SYMLINK_NOFOLLOW) && S_ISDIR(status.st_mode)) failed = 0;
  return finish(parent, failed, "mkdir", path, fail);
}

int box_op_symlink(struct box *box, const struct plan_op *op, struct fail *fail) {
  const char *path = op_str(op, 1), *name;
  int parent = open_parent(box, path, &name, fail);
  if (parent < 0) return -1;
  return finish(parent, symlinkat(op_str(op, 0), parent, name), "symlink", path, fail);
}

int box_op_mknod(struct box *box, const struct plan_op *op, struct fail *fail) {
  const char *path = op_str(op, 0), *name;
  int parent = open_parent(box, path, &name, fail);
  if (parent < 0) return -1;
  int failed = mknodat(parent, name, op_u32(op, 1), makedev(op_u32(op, 2), op_u32(op, 3)));
  if (!failed) failed = give_to(parent, name, op_u32(op, 4), op_u32(op, 5));
  return finish(parent, failed, "mknod", path, fail);
}
