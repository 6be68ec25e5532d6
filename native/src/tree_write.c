#include "tree_write.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/xattr.h>

#include "kernel_files.h"
#include "path.h"
#include "privileges.h"
#include "sys.h"
#include "tree.h"

/* A file system that does not answer for so long is hung. Set anew by each operation; waiting for the next one does not count. */
#define DEADLINE_SECONDS 60
/* Making an entry: as it is, and again once what was in the way is gone. */
#define ATTEMPTS 3
#define WRITE_PRIVILEGES                                                                                               \
  (PRIVILEGE(CAP_CHOWN) | PRIVILEGE(CAP_DAC_OVERRIDE) | PRIVILEGE(CAP_DAC_READ_SEARCH) | PRIVILEGE(CAP_FOWNER) |       \
   PRIVILEGE(CAP_FSETID) | PRIVILEGE(CAP_MKNOD) | PRIVILEGE(CAP_SETFCAP))

void tree_writer_start(struct tree_writer *writer, int given) {
  *writer = (struct tree_writer){.root.fd = -1, .given = given, .into = -1, .parent = -1, .entry = -1};
}

void tree_writer_free(struct tree_writer *writer) {
  close_if_open(writer->root.fd);
  close_if_open(writer->into);
  close_if_open(writer->parent);
  close_if_open(writer->entry);
  for (size_t i = 0; i < writer->directory_count; i++) free(writer->directories[i].path);
  free(writer->directories);
}

/* Links on the way are followed; our root is the box's, so none leads out of it. */
static int open_below(int directory, const char *path, uint64_t flags) { return path_open_scoped(directory, path, flags, RESOLVE_NO_MAGICLINKS); }

static int into(struct tree_writer *writer, const struct plan_op *op, struct fail *fail) {
  close_if_open(writer->into);
  close_if_open(writer->parent);
  writer->parent = -1;
  writer->replace = op_u32(op, 1) & TREE_REPLACE;
  writer->into = path_open(writer->root.fd, op_str(op, 0), O_PATH | O_DIRECTORY, 0);
  return writer->into < 0 ? fail_set(fail, errno, "open directory %s", op_str(op, 0)) : 0;
}

/* `path` below the destination as a directory, made 0755 where it is missing. O_PATH descriptor or -1. */
static int make_directories(struct tree_writer *writer, const char *path, struct fail *fail) {
  char work[PATH_MAX];
  strcpy(work, path);
  int at = dup(writer->into);
  for (char *name = work + strspn(work, "/"); at >= 0 && *name;) {
    char *end = name + strcspn(name, "/");
    char *following = end + strspn(end, "/");
    *end = 0;
    int next = open_below(at, name, O_PATH | O_DIRECTORY);
    if (next < 0 && errno == ENOENT && (!mkdirat(at, name, 0755) || errno == EEXIST))
      next = openat(at, name, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    int error = errno;
    close(at);
    errno = error;
    at = next;
    name = following;
  }
  return at < 0 ? fail_set(fail, errno, "directory %s", path) : at;
}

/* Opens the directory that holds `path` (kept for the next entry in it). *name is the last component. */
static int find_parent(struct tree_writer *writer, char *path, const char **name, struct fail *fail) {
  char *slash = strrchr(path, '/');
  *name = slash ? slash + 1 : path;
  if (slash) *slash = 0;
  const char *directory = slash ? path : "";
  int failed = 0;
  if (writer->parent < 0 || strcmp(directory, writer->parent_path)) {
    close_if_open(writer->parent);
    writer->parent = make_directories(writer, directory, fail);
    strcpy(writer->parent_path, directory);
    failed = writer->parent < 0;
    if (!failed && is_kernel_interface(writer->parent)) failed = fail_say(fail, EPERM, "%s belongs to the kernel: nothing is copied there", path);
  }
  if (slash) *slash = '/';
  return failed ? -1 : 0;
}

/* Cuts slashes at the end; refuses `..`; the path becomes that of the last entry. "" is the destination itself. */
static int take_path(char taken[PATH_MAX], const char *path, struct fail *fail) {
  size_t length = strlen(path);
  while (length && path[length - 1] == '/') length--;
  if (length >= PATH_MAX) return fail_set(fail, ENAMETOOLONG, "%.100s…", path);
  for (const char *at = path; *at; at += strspn(at, "/")) {
    size_t component = strcspn(at, "/");
    if (component == 2 && at[0] == '.' && at[1] == '.') return fail_say(fail, EINVAL, "%s: a path with `..`", path);
    at += component;
  }
  memcpy(taken, path, length);
  taken[length] = 0;
  if (!strcmp(taken, ".")) *taken = 0;
  return 0;
}

static int set_times(int fd, const char *path, struct timespec modified, struct fail *fail) {
  char own[DESCRIPTOR_NAME_BYTES];
  struct timespec times[2] = {modified, modified};
  return utimensat(AT_FDCWD, descriptor_name(own, fd), times, 0) ? fail_set(fail, errno, "time of %s", path) : 0;
}

static int end_entry(struct tree_writer *writer, struct fail *fail) {
  int failed = 0;
  if (writer->is_file) {
    if (writer->written < writer->size && ftruncate(writer->entry, (off_t)writer->size)) failed = fail_set(fail, errno, "finish %s", writer->path);
    if (!failed) failed = set_times(writer->entry, writer->path, writer->modified, fail);
  }
  close_if_open(writer->entry);
  writer->entry = -1;
  writer->is_file = false;
  return failed;
}

/* What stands where an entry is to be: removed, or the reason why not. `directory`: the entry is one. */
static int make_way(struct tree_writer *writer, const char *name, bool directory, struct fail *fail) {
  struct stat status;
  if (fstatat(writer->parent, name, &status, AT_SYMLINK_NOFOLLOW)) return errno == ENOENT ? 0 : fail_set(fail, errno, "look at %s", writer->path);
  if (S_ISDIR(status.st_mode) != directory && !writer->replace)
    return fail_say(fail, EEXIST, "cannot overwrite %sdirectory '%s' with a %sdirectory", directory ? "non-" : "", writer->path, directory ? "" : "non-");
  if (!S_ISDIR(status.st_mode)) {
    if (!unlinkat(writer->parent, name, 0) || errno == ENOENT) return 0;
    return fail_set(fail, errno, "replace %s", writer->path);
  }
  return tree_delete(writer->parent, name, fail);
}

static int set_owner(struct tree_writer *writer, uint32_t uid, uint32_t gid, struct fail *fail) {
  return fchownat(writer->entry, "", uid, gid, AT_EMPTY_PATH) ? fail_set(fail, errno, "owner of %s", writer->path) : 0;
}

static struct timespec time_of(const struct plan_op *op, unsigned index) {
  return (struct timespec){.tv_sec = (time_t)op_u64(op, index), .tv_nsec = (long)op_u32(op, index + 1)};
}

/* A file that something is mounted on cannot be replaced (EBUSY): it gets the new content. */
static int open_mounted_file(struct tree_writer *writer, const char *name) {
  char own[DESCRIPTOR_NAME_BYTES];
  struct stat status;
  int found = openat(writer->parent, name, O_PATH | O_NOFOLLOW | O_CLOEXEC);
  if (found < 0) return -1;
  int fd = -1;
  if (!fstat(found, &status) && S_ISREG(status.st_mode) && !is_kernel_interface(found))
    fd = open(descriptor_name(own, found), O_WRONLY | O_TRUNC | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
  else errno = EBUSY;
  int error = errno;
  close(found);
  errno = error;
  return fd;
}

static int write_file(struct tree_writer *writer, const struct plan_op *op, const char *name, struct fail *fail) {
  mode_t mode = op_u32(op, 1) & 07777;
  if (op_u64(op, 6) > INT64_MAX) return fail_set(fail, EFBIG, "make %s", writer->path);
  for (int attempt = 1; writer->entry < 0; attempt++) {
    writer->entry = openat(writer->parent, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode & 0777);
    if (writer->entry >= 0) break;
    if (errno != EEXIST || attempt == ATTEMPTS) return fail_set(fail, errno, "make %s", writer->path);
    if (!make_way(writer, name, false, fail)) continue;
    if (fail->error != EBUSY) return -1;
    writer->entry = open_mounted_file(writer, name);
    if (writer->entry < 0) return -1; /* says what is in the way */
    *fail = (struct fail){.opcode = fail->opcode, .index = fail->index};
  }
  writer->is_file = true;
  writer->modified = time_of(op, 4);
  writer->size = op_u64(op, 6);
  writer->written = 0;
  /* chown takes set-user-id and set-group-id away: chown(2). */
  if (set_owner(writer, op_u32(op, 2), op_u32(op, 3), fail)) return -1;
  return fchmod(writer->entry, mode) ? fail_set(fail, errno, "mode of %s", writer->path) : 0;
}

static int write_data(struct tree_writer *writer, const struct plan_op *op, struct fail *fail) {
  size_t length;
  uint64_t offset = op_u64(op, 0);
  const uint8_t *bytes = op_bytes(op, 1, &length);
  if (!writer->is_file) return fail_say(fail, EINVAL, "data for %s, which is no file", writer->path);
  if (offset > writer->size || length > writer->size - offset) return fail_say(fail, EINVAL, "data for %s behind its end", writer->path);
  for (size_t done = 0; done < length;) {
    ssize_t wrote = pwrite(writer->entry, bytes + done, length - done, (off_t)(offset + done));
    if (wrote < 0 && errno == EINTR) continue;
    if (wrote < 0) return fail_set(fail, errno, "write %s", writer->path);
    done += (size_t)wrote;
  }
  if (offset + length > writer->written) writer->written = offset + length;
  return 0;
}

static int remember(struct tree_writer *writer, struct timespec modified, struct fail *fail) {
  struct stat status;
  if (fstat(writer->entry, &status)) return fail_set(fail, errno, "look at %s", writer->path);
  if (writer->directory_count == writer->directory_room) {
    size_t room = 2 * writer->directory_room + 16;
    struct written_directory *directories = reallocarray(writer->directories, room, sizeof *directories);
    if (!directories) return fail_set(fail, ENOMEM, "%s", writer->path);
    writer->directories = directories;
    writer->directory_room = room;
  }
  char *path = strdup(writer->path);
  if (!path) return fail_set(fail, ENOMEM, "%s", writer->path);
  writer->directories[writer->directory_count++] = (struct written_directory){modified, status.st_dev, status.st_ino, path};
  return 0;
}

static int write_directory(struct tree_writer *writer, const struct plan_op *op, const char *name, struct fail *fail) {
  char own[DESCRIPTOR_NAME_BYTES];
  for (int attempt = 1; writer->entry < 0; attempt++) {
    if (!*writer->path) {
      writer->entry = dup(writer->into);
      break;
    }
    if (mkdirat(writer->parent, name, 0700) && errno != EEXIST) return fail_set(fail, errno, "make %s", writer->path);
    writer->entry = openat(writer->parent, name, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (writer->entry >= 0) break;
    if ((errno != ENOTDIR && errno != ELOOP && errno != ENOENT) || attempt == ATTEMPTS) return fail_set(fail, errno, "make %s", writer->path);
    if (make_way(writer, name, true, fail)) return -1;
  }
  if (writer->entry < 0) return fail_set(fail, errno, "make %s", writer->path);
  if (set_owner(writer, op_u32(op, 2), op_u32(op, 3), fail)) return -1;
  if (chmod(descriptor_name(own, writer->entry), op_u32(op, 1) & 07777)) return fail_set(fail, errno, "mode of %s", writer->path);
  return remember(writer, time_of(op, 4), fail);
}

/* What cannot be opened: `make` makes it, then it gets owner and time. */
typedef int make_function(int parent, const char *name, const struct plan_op *op);

static int make_symlink(int parent, const char *name, const struct plan_op *op) { return symlinkat(op_str(op, 1), parent, name); }

static int make_node(int parent, const char *name, const struct plan_op *op) {
  return mknodat(parent, name, op_u32(op, 1) & (S_IFMT | 0777), makedev(op_u32(op, 2), op_u32(op, 3)));
}

static int make(struct tree_writer *writer, const struct plan_op *op, const char *name, make_function *function, struct fail *fail) {
  for (int attempt = 1; function(writer->parent, name, op); attempt++) {
    if (errno != EEXIST || attempt == ATTEMPTS) return fail_set(fail, errno, "make %s", writer->path);
    if (make_way(writer, name, false, fail)) return -1;
  }
  writer->entry = openat(writer->parent, name, O_PATH | O_NOFOLLOW | O_CLOEXEC);
  return writer->entry < 0 ? fail_set(fail, errno, "open %s", writer->path) : 0;
}

static int write_symlink(struct tree_writer *writer, const struct plan_op *op, const char *name, struct fail *fail) {
  if (make(writer, op, name, make_symlink, fail) || set_owner(writer, op_u32(op, 2), op_u32(op, 3), fail)) return -1;
  return set_times(writer->entry, writer->path, time_of(op, 4), fail);
}

static int write_node(struct tree_writer *writer, const struct plan_op *op, const char *name, struct fail *fail) {
  char own[DESCRIPTOR_NAME_BYTES];
  mode_t mode = op_u32(op, 1);
  struct stat status;
  if (S_ISDIR(mode) || S_ISLNK(mode) || S_ISREG(mode) || !(mode & S_IFMT)) return fail_say(fail, EINVAL, "%s: mode 0%o is no node's", writer->path, mode);
  if (make(writer, op, name, make_node, fail) || set_owner(writer, op_u32(op, 4), op_u32(op, 5), fail)) return -1;
  /* Somebody may have put a link there meanwhile, whose own mode cannot be changed. */
  if (!fstat(writer->entry, &status) && !S_ISLNK(status.st_mode) && chmod(descriptor_name(own, writer->entry), mode & 07777))
    return fail_set(fail, errno, "mode of %s", writer->path);
  return set_times(writer->entry, writer->path, time_of(op, 6), fail);
}

static int write_link(struct tree_writer *writer, const struct plan_op *op, const char *name, struct fail *fail) {
  char target[PATH_MAX], directory[PATH_MAX];
  if (take_path(target, op_str(op, 1), fail)) return -1;
  char *slash = strrchr(target, '/');
  strcpy(directory, slash ? target : ".");
  if (slash) directory[slash - target] = 0;
  int parent = open_below(writer->into, directory, O_PATH | O_DIRECTORY);
  const char *target_name = slash ? slash + 1 : target;
  int failed = -1;
  for (int attempt = 1; parent >= 0; attempt++) {
    struct stat here, there;
    failed = linkat(parent, target_name, writer->parent, name, 0);
    if (!failed || errno != EEXIST || attempt == ATTEMPTS) break;
    /* A second entry for the same link must not remove its own target. */
    if (!fstatat(parent, target_name, &there, AT_SYMLINK_NOFOLLOW) && !fstatat(writer->parent, name, &here, AT_SYMLINK_NOFOLLOW) &&
        there.st_ino == here.st_ino && there.st_dev == here.st_dev) {
      failed = 0;
      break;
    }
    if (make_way(writer, name, false, fail)) {
      close(parent);
      return -1;
    }
  }
  int error = errno;
  close_if_open(parent);
  return failed ? fail_set(fail, error, "hard link %.200s to %.200s", writer->path, target) : 0;
}

static int write_xattr(struct tree_writer *writer, const struct plan_op *op, struct fail *fail) {
  char own[DESCRIPTOR_NAME_BYTES];
  size_t length;
  const char *name = op_str(op, 0);
  const uint8_t *value = op_bytes(op, 1, &length);
  if (writer->entry < 0) return fail_say(fail, EINVAL, "an extended attribute before any entry");
  /* A file system without attributes (a tmpfs of an old kernel) takes the file without them. */
  if (!setxattr(descriptor_name(own, writer->entry), name, value, length, 0) || errno == EOPNOTSUPP) return 0;
  return fail_set(fail, errno, "extended attribute %s of %s", name, writer->path);
}

static int write_entry(struct tree_writer *writer, const struct plan_op *op, struct fail *fail) {
  const char *name = "";
  if (end_entry(writer, fail) || take_path(writer->path, op_str(op, 0), fail)) return -1;
  if (*writer->path && find_parent(writer, writer->path, &name, fail)) return -1;
  if (!*name && op->code != PLAN_TREE_DIRECTORY) return fail_say(fail, EINVAL, "the destination itself must be a directory");
  switch (op->code) {
    case PLAN_TREE_DIRECTORY: return write_directory(writer, op, name, fail);
    case PLAN_TREE_FILE: return write_file(writer, op, name, fail);
    case PLAN_TREE_SYMLINK: return write_symlink(writer, op, name, fail);
    case PLAN_TREE_LINK: return write_link(writer, op, name, fail);
    default: return write_node(writer, op, name, fail);
  }
}

int tree_writer_obey(void *state, const struct plan_op *op, struct fail *fail) {
  struct tree_writer *writer = state;
  alarm(DEADLINE_SECONDS);
  int failed;
  if (op->code == PLAN_TREE_ROOT) failed = tree_root_enter(&writer->root, writer->given, op, WRITE_PRIVILEGES, fail);
  else if (op->code == PLAN_TREE_INTO && writer->root.fd >= 0) failed = into(writer, op, fail);
  else if (op->shape->stage != STAGE_TREE || op->code == PLAN_TREE_WHITEOUT || op->code == PLAN_TREE_OPAQUE || writer->into < 0)
    failed = fail_say(fail, EINVAL, "plan: %s is out of place", op->shape->name);
  else if (op->code == PLAN_TREE_DATA) failed = write_data(writer, op, fail);
  else if (op->code == PLAN_TREE_XATTR) failed = write_xattr(writer, op, fail);
  else failed = write_entry(writer, op, fail);
  alarm(0);
  return failed;
}

int tree_writer_finish(struct tree_writer *writer, struct fail *fail) {
  if (end_entry(writer, fail)) return -1;
  for (size_t i = 0; i < writer->directory_count; i++) {
    const struct written_directory *directory = &writer->directories[i];
    struct stat status;
    int fd = open_below(writer->into, *directory->path ? directory->path : ".", O_PATH | O_DIRECTORY);
    /* Somebody may have put another there. */
    bool same = fd >= 0 && !fstat(fd, &status) && status.st_ino == directory->inode && status.st_dev == directory->device;
    int failed = same && set_times(fd, directory->path, directory->modified, fail);
    close_if_open(fd);
    if (failed) return -1;
  }
  return 0;
}
