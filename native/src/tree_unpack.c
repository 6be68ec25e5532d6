#include "tree_unpack.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/xattr.h>

#include "path.h"
#include "privileges.h"
#include "sys.h"
#include "tree.h"

/* Once as it is, once after its parents were made, once after something was removed. */
#define ATTEMPTS 3

int unpack_start(struct unpack *unpack, struct fail *fail) {
  *unpack = (struct unpack){.fd = -1};
  unpack->root = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);
  return unpack->root < 0 ? fail_set(fail, errno, "open /") : 0;
}

/* Cuts slashes at the end; refuses `..`. The path becomes that of the last entry. */
static int take_path(struct unpack *unpack, const struct plan_op *op, struct fail *fail) {
  const char *path = op_str(op, 0);
  size_t length = strlen(path);
  while (length && path[length - 1] == '/') length--;
  if (length >= sizeof unpack->path) return fail_set(fail, ENAMETOOLONG, "%.100s…", path);
  for (const char *at = path; *at; at += strspn(at, "/")) {
    size_t component = strcspn(at, "/");
    if (component == 2 && at[0] == '.' && at[1] == '.') return fail_say(fail, EINVAL, "%s: a path with `..`", path);
    at += component;
  }
  memcpy(unpack->path, length ? path : ".", length ? length : 1);
  unpack->path[length ? length : 1] = 0;
  return 0;
}

static int end_entry(struct unpack *unpack, struct fail *fail) {
  int failed = 0;
  if (unpack->is_file) {
    struct timespec times[2] = {unpack->modified, unpack->modified};
    failed = (unpack->written < unpack->size && ftruncate(unpack->fd, (off_t)unpack->size)) || futimens(unpack->fd, times);
    if (failed) fail_set(fail, errno, "finish %s", unpack->path);
  }
  close_if_open(unpack->fd);
  unpack->fd = -1;
  unpack->is_file = false;
  return failed;
}

/* After `error`: makes what is missing or removes what is in the way. 0: try again. */
static int make_way(struct unpack *unpack, int error, struct fail *fail) {
  const char *name;
  if (error != ENOENT && error != EEXIST) return fail_set(fail, error, "make %s", unpack->path);
  int parent = path_parent(unpack->root, unpack->path, &name, fail);
  if (parent < 0) return -1;
  int failed = error == EEXIST && tree_delete(parent, name, fail);
  close(parent);
  return failed ? -1 : 0;
}

typedef int make_function(const char *path, const struct plan_op *op);

static int make_file(const char *path, const struct plan_op *op) {
  return open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, op_u32(op, 1) & 07777);
}

static int make_directory(const char *path, const struct plan_op *op) {
  mode_t mode = op_u32(op, 1) & 07777;
  if (mkdir(path, mode) && errno != EEXIST) return -1;
  int fd = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  if (fd < 0) errno = errno == ENOTDIR || errno == ELOOP ? EEXIST : errno;
  return fd;
}

static int make_symlink(const char *path, const struct plan_op *op) { return symlink(op_str(op, 1), path); }

static int make_node(const char *path, const struct plan_op *op) {
  return mknod(path, op_u32(op, 1), makedev(op_u32(op, 2), op_u32(op, 3)));
}

static int make_whiteout(const char *path, const struct plan_op *op) {
  (void)op;
  return mknod(path, S_IFCHR, makedev(0, 0));
}

static int make_link(const char *path, const struct plan_op *op) {
  struct stat target, here;
  if (!linkat(AT_FDCWD, op_str(op, 1), AT_FDCWD, path, 0)) return 0;
  /* A second entry for the same link must not remove its own target. */
  if (errno != EEXIST || lstat(op_str(op, 1), &target) || lstat(path, &here) || target.st_ino != here.st_ino) return -1;
  return 0;
}

static int make(struct unpack *unpack, make_function *function, const struct plan_op *op, int *made, struct fail *fail) {
  for (int attempt = 1;; attempt++) {
    *made = function(unpack->path, op);
    if (*made >= 0) return 0;
    if (attempt == ATTEMPTS) return fail_set(fail, errno, "make %s", unpack->path);
    if (make_way(unpack, errno, fail)) return -1;
  }
}

static struct timespec time_of(const struct plan_op *op, unsigned index) {
  return (struct timespec){.tv_sec = (time_t)op_u64(op, index), .tv_nsec = (long)op_u32(op, index + 1)};
}

static int tree_file(struct unpack *unpack, const struct plan_op *op, struct fail *fail) {
  mode_t mode = op_u32(op, 1) & 07777;
  if (op_u64(op, 6) > INT64_MAX) return fail_set(fail, EFBIG, "make %s", unpack->path);
  if (make(unpack, make_file, op, &unpack->fd, fail)) return -1;
  unpack->is_file = true;
  unpack->modified = time_of(op, 4);
  unpack->size = op_u64(op, 6);
  unpack->written = 0;
  /* chown takes set-user-id and set-group-id away: chown(2). */
  if (fchown(unpack->fd, op_u32(op, 2), op_u32(op, 3)) || (mode & 07000 && fchmod(unpack->fd, mode)))
    return fail_set(fail, errno, "owner and mode of %s", unpack->path);
  return 0;
}

static int tree_data(struct unpack *unpack, const struct plan_op *op, struct fail *fail) {
  size_t length;
  uint64_t offset = op_u64(op, 0);
  const uint8_t *bytes = op_bytes(op, 1, &length);
  if (!unpack->is_file) return fail_say(fail, EINVAL, "data for %s, which is no file", unpack->path);
  if (offset > unpack->size || length > unpack->size - offset)
    return fail_say(fail, EINVAL, "data for %s behind its end", unpack->path);
  for (size_t done = 0; done < length;) {
    ssize_t wrote = pwrite(unpack->fd, bytes + done, length - done, (off_t)(offset + done));
    if (wrote < 0 && errno == EINTR) continue;
    if (wrote < 0) return fail_set(fail, errno, "write %s", unpack->path);
    done += (size_t)wrote;
  }
  if (offset + length > unpack->written) unpack->written = offset + length;
  return 0;
}

static void *room(void *memory, size_t *capacity, size_t needed, size_t size) {
  if (needed <= *capacity) return memory;
  void *more = reallocarray(memory, 2 * needed, size);
  if (more) *capacity = 2 * needed;
  return more;
}

static int remember_time(struct unpack *unpack, struct timespec modified, uint64_t inode, struct fail *fail) {
  size_t length = strlen(unpack->path) + 1;
  struct directory_time *times = room(unpack->times, &unpack->time_capacity, unpack->time_count + 1, sizeof *times);
  if (times) unpack->times = times;
  char *paths = room(unpack->paths, &unpack->path_capacity, unpack->path_bytes + length, 1);
  if (paths) unpack->paths = paths;
  if (!times || !paths || unpack->path_bytes + length > UINT32_MAX) return fail_set(fail, ENOMEM, "%s", unpack->path);
  memcpy(paths + unpack->path_bytes, unpack->path, length);
  times[unpack->time_count++] = (struct directory_time){modified, inode, (uint32_t)unpack->path_bytes};
  unpack->path_bytes += length;
  return 0;
}

static int tree_directory(struct unpack *unpack, const struct plan_op *op, struct fail *fail) {
  struct stat status;
  if (make(unpack, make_directory, op, &unpack->fd, fail)) return -1;
  /* It may have been there with another mode, and mkdir(2) does not set all bits. */
  if (fchown(unpack->fd, op_u32(op, 2), op_u32(op, 3)) || fchmod(unpack->fd, op_u32(op, 1) & 07777) || fstat(unpack->fd, &status))
    return fail_set(fail, errno, "owner and mode of %s", unpack->path);
  return remember_time(unpack, time_of(op, 4), status.st_ino, fail);
}

/* Owner and time of what must not be opened or followed. */
static int set_owner_and_time(struct unpack *unpack, uint32_t uid, uint32_t gid, struct timespec modified, struct fail *fail) {
  struct timespec times[2] = {modified, modified};
  if (lchown(unpack->path, uid, gid) || utimensat(AT_FDCWD, unpack->path, times, AT_SYMLINK_NOFOLLOW))
    return fail_set(fail, errno, "owner and time of %s", unpack->path);
  return 0;
}

static int tree_symlink(struct unpack *unpack, const struct plan_op *op, struct fail *fail) {
  int made;
  if (make(unpack, make_symlink, op, &made, fail)) return -1;
  return set_owner_and_time(unpack, op_u32(op, 2), op_u32(op, 3), time_of(op, 4), fail);
}

static int tree_node(struct unpack *unpack, const struct plan_op *op, struct fail *fail) {
  int made;
  mode_t mode = op_u32(op, 1);
  if (S_ISDIR(mode) || S_ISLNK(mode) || S_ISREG(mode) || !(mode & S_IFMT))
    return fail_say(fail, EINVAL, "%s: mode 0%o is no node's", unpack->path, mode);
  if (make(unpack, make_node, op, &made, fail)) return -1;
  if (set_owner_and_time(unpack, op_u32(op, 4), op_u32(op, 5), time_of(op, 6), fail)) return -1;
  /* What we just made is no link, and nobody else is here to put one in its place. */
  if (mode & 07000 && chmod(unpack->path, mode & 07777)) return fail_set(fail, errno, "mode of %s", unpack->path);
  return 0;
}

static int tree_link(struct unpack *unpack, const struct plan_op *op, struct fail *fail) {
  struct stat status;
  int made;
  if (lstat(op_str(op, 1), &status))
    return fail_set(fail, errno, "hard link %s: its target %s is not in this tree", unpack->path, op_str(op, 1));
  if (!make(unpack, make_link, op, &made, fail)) return 0;
  return fail_set(fail, fail->error, "hard link %.200s to %.200s", unpack->path, op_str(op, 1));
}

static int tree_xattr(struct unpack *unpack, const struct plan_op *op, struct fail *fail) {
  size_t length;
  const char *name = op_str(op, 0);
  const uint8_t *value = op_bytes(op, 1, &length);
  if (!*unpack->path) return fail_say(fail, EINVAL, "an extended attribute before any entry");
  int failed = unpack->fd >= 0 ? fsetxattr(unpack->fd, name, value, length, 0) : lsetxattr(unpack->path, name, value, length, 0);
  return failed ? fail_set(fail, errno, "extended attribute %s of %s", name, unpack->path) : 0;
}

static int tree_opaque(struct unpack *unpack, struct fail *fail) {
  int fd = path_make(unpack->root, unpack->path, PATH_DIRECTORY, fail);
  if (fd < 0) return -1;
  close(fd);
  fd = open(unpack->path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  if (fd < 0) return fail_set(fail, errno, "opaque directory %s", unpack->path);
  /* Attributes in `trusted` need CAP_SYS_ADMIN, which is in force only for this one call. */
  privileges_raise(CAP_SYS_ADMIN);
  int failed = fsetxattr(fd, "trusted.overlay.opaque", "y", 1, 0), error = errno;
  privileges_lower(CAP_SYS_ADMIN);
  close(fd);
  return failed ? fail_set(fail, error, "opaque directory %s", unpack->path) : 0;
}

/* What is there came with this layer, and whiteouts are about the layers below it alone: OCI image-spec, layer.md, "Whiteouts". */
static int tree_whiteout(struct unpack *unpack, const struct plan_op *op, struct fail *fail) {
  struct stat here;
  int made;
  if (lstat(unpack->path, &here)) return make(unpack, make_whiteout, op, &made, fail);
  return S_ISDIR(here.st_mode) ? tree_opaque(unpack, fail) : 0;
}

int unpack_operation(struct unpack *unpack, const struct plan_op *op, struct fail *fail) {
  if (op->code == PLAN_TREE_DATA) return tree_data(unpack, op, fail);
  if (op->code == PLAN_TREE_XATTR) return tree_xattr(unpack, op, fail);
  if (op->shape->stage != STAGE_TREE) return fail_say(fail, EINVAL, "plan: %s is out of place", op->shape->name);
  if (end_entry(unpack, fail) || take_path(unpack, op, fail)) return -1;
  switch (op->code) {
    case PLAN_TREE_DIRECTORY: return tree_directory(unpack, op, fail);
    case PLAN_TREE_FILE: return tree_file(unpack, op, fail);
    case PLAN_TREE_SYMLINK: return tree_symlink(unpack, op, fail);
    case PLAN_TREE_LINK: return tree_link(unpack, op, fail);
    case PLAN_TREE_NODE: return tree_node(unpack, op, fail);
    case PLAN_TREE_WHITEOUT: return tree_whiteout(unpack, op, fail);
    case PLAN_TREE_OPAQUE: return tree_opaque(unpack, fail);
    default: return fail_say(fail, ENOSYS, "%s: not known here", op->shape->name);
  }
}

int unpack_finish(struct unpack *unpack, struct fail *fail) {
  if (end_entry(unpack, fail)) return -1;
  for (size_t i = 0; i < unpack->time_count; i++) {
    const char *path = unpack->paths + unpack->times[i].path;
    struct timespec times[2] = {unpack->times[i].modified, unpack->times[i].modified};
    struct stat status;
    int fd = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    /* A later entry may have replaced it. */
    bool same = fd >= 0 && !fstat(fd, &status) && status.st_ino == unpack->times[i].inode;
    int failed = same && futimens(fd, times), error = errno;
    close_if_open(fd);
    if (failed) return fail_set(fail, error, "time of %s", path);
  }
  return 0;
}

void unpack_free(struct unpack *unpack) {
  close_if_open(unpack->fd);
  close_if_open(unpack->root);
  free(unpack->times);
  free(unpack->paths);
  *unpack = (struct unpack){.fd = -1, .root = -1};
}
