#include "path.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <sys/stat.h>

#include "sys.h"

/* The kernel gives EAGAIN when somebody renames or mounts while it resolves `..`; openat2(2) says: try again. */
#define RESOLVE_ATTEMPTS 1000
/* As many links as the kernel follows in one path: path_resolution(7). */
#define MAX_LINKS 40

int path_open_scoped(int directory, const char *path, uint64_t flags, uint64_t resolve) {
  int fd = -1;
  for (int attempt = 0; attempt < RESOLVE_ATTEMPTS; attempt++) {
    fd = sys_openat2(directory, path, flags, 0, resolve);
    if (fd >= 0 || (errno != EAGAIN && errno != EINTR)) break;
  }
  return fd;
}

int path_open(int root, const char *path, uint64_t flags, uint64_t extra) {
  return path_open_scoped(root, path, flags, RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS | extra);
}

/* Makes one component below `parent` and opens exactly that. */
static int make_component(int parent, const char *name, enum path_kind kind) {
  if (kind == PATH_DIRECTORY) {
    if (mkdirat(parent, name, 0755) && errno != EEXIST) return -1;
  } else {
    int file = openat(parent, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0644);
    if (file < 0 && errno != EEXIST) return -1;
    close_if_open(file);
  }
  return sys_openat2(parent, name, O_PATH | O_NOFOLLOW, 0, RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS);
}

/* Replaces the dangling link `path[start..end)` by what it points to. -1 with errno when that is too long. */
static int splice_link(char *path, size_t start, size_t end, const char *target) {
  char rest[PATH_MAX], before[PATH_MAX];
  size_t keep = target[0] == '/' ? 0 : start;
  memcpy(before, path, keep);
  strcpy(rest, path + end);
  size_t target_length = strlen(target), rest_length = strlen(rest);
  if (keep + target_length + rest_length + 1 > PATH_MAX) {
    errno = ENAMETOOLONG;
    return -1;
  }
  memcpy(path, before, keep);
  memcpy(path + keep, target, target_length);
  memcpy(path + keep + target_length, rest, rest_length + 1);
  return 0;
}

/*
 * Walks `path` from the left and makes the first missing components. Returns the descriptor of the whole path, -1 with errno, or -2
 * when a dangling link was replaced in `path` and the walk must start again.
 */
static int walk_and_make(int root, char *path, enum path_kind kind) {
  int parent = sys_openat2(root, ".", O_PATH | O_DIRECTORY, 0, 0);
  size_t end = 0;
  while (parent >= 0) {
    size_t start = end + strspn(path + end, "/");
    if (!path[start]) return parent;
    end = start + strcspn(path + start, "/");
    char stop = path[end];
    bool last = !path[end + strspn(path + end, "/")];

    path[end] = 0;
    int fd = path_open(root, path, O_PATH, 0);
    if (fd < 0 && errno == ENOENT) {
      char target[PATH_MAX];
      ssize_t length = readlinkat(parent, path + start, target, sizeof target - 1);
      if (length >= 0) {
        target[length] = 0;
        path[end] = stop;
        close(parent);
        return splice_link(path, start, end, target) ? -1 : -2;
      }
      fd = make_component(parent, path + start, last ? kind : PATH_DIRECTORY);
    }
    path[end] = stop;
    int error = errno;
    close(parent);
    errno = error;
    parent = fd;
  }
  return -1;
}

int path_make(int root, const char *path, enum path_kind kind, struct fail *fail) {
  int fd = path_open(root, path, O_PATH, 0);
  if (fd >= 0) return fd;
  if (errno != ENOENT) return fail_set(fail, errno, "open %s", path);
  char work[PATH_MAX];
  if (strlen(path) >= sizeof work) return fail_set(fail, ENAMETOOLONG, "make %s", path);
  strcpy(work, path);
  for (int link = 0; link < MAX_LINKS; link++) {
    fd = walk_and_make(root, work, kind);
    if (fd >= 0) return fd;
    if (fd == -1) return fail_set(fail, errno, "make %s", path);
  }
  return fail_set(fail, ELOOP, "make %s", path);
}

int path_parent(int root, const char *path, const char **name, struct fail *fail) {
  char directory[PATH_MAX];
  size_t length = strlen(path);
  size_t start = length;
  while (start > 0 && path[start - 1] != '/') start--;
  *name = path + start;
  if (!**name || !strcmp(*name, ".") || !strcmp(*name, ".."))
    return fail_say(fail, EINVAL, "%s: a path that ends in no name", path);
  if (start >= sizeof directory) return fail_set(fail, ENAMETOOLONG, "%s", path);
  memcpy(directory, path, start);
  directory[start] = 0;
  return path_make(root, start ? directory : ".", PATH_DIRECTORY, fail);
}
