#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "sys.h"
#include "tree.h"

/*
 * A tree may be deeper than the number of descriptors we may have. Below this depth directories are moved up to the top, where they are
 * deleted in a later pass: no `..` that somebody could redirect, no path that grows.
 */
#define MAX_DEPTH 24
#define BUFFER_BYTES 32768

struct deletion {
  int top;
  uint64_t moved;   /* numbers the names of directories moved up */
  uint64_t deleted; /* progress of this pass */
  struct fail *fail;
};

static void note(struct deletion *deletion, int error, const char *what, const char *name) {
  if (!deletion->fail->error) fail_set(deletion->fail, error, "%s %s", what, name);
}

static void empty(struct deletion *deletion, int directory, int depth);

static bool move_up(struct deletion *deletion, int parent, const char *name) {
  char moved[40];
  for (;;) {
    snprintf(moved, sizeof moved, ".boxshim-%llu", (unsigned long long)deletion->moved++);
    if (!syscall(SYS_renameat2, parent, name, deletion->top, moved, 1 /* RENAME_NOREPLACE */)) return true;
    if (errno == EEXIST) continue;
    note(deletion, errno, "move", name);
    return false;
  }
}

static void delete_directory(struct deletion *deletion, int parent, const char *name, int depth) {
  /* RESOLVE_NO_XDEV: a mount is somebody else's. */
  int fd = sys_openat2(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_NOATIME, 0, RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_XDEV);
  if (fd < 0) {
    note(deletion, errno, "open directory", name);
    return;
  }
  /* Some file systems skip entries when others are deleted while one reads: again, as long as that gets on. */
  for (uint64_t before = UINT64_MAX; before != deletion->deleted;) {
    before = deletion->deleted;
    empty(deletion, fd, depth + 1);
    if (!unlinkat(parent, name, AT_REMOVEDIR)) {
      deletion->deleted++;
      break;
    }
    if (errno != ENOTEMPTY || before == deletion->deleted) {
      if (errno != ENOENT) note(deletion, errno, "delete directory", name);
      break;
    }
  }
  close(fd);
}

static void delete_entry(struct deletion *deletion, int parent, const char *name, bool maybe_directory, int depth) {
  if (!maybe_directory || unlinkat(parent, name, AT_REMOVEDIR)) {
    if (!unlinkat(parent, name, 0)) {
      deletion->deleted++;
      return;
    }
    if (errno == ENOENT) return;
    if (errno != EISDIR) note(deletion, errno, "delete", name);
    else if (depth < MAX_DEPTH) delete_directory(deletion, parent, name, depth);
    else if (move_up(deletion, parent, name)) deletion->deleted++;
    return;
  }
  deletion->deleted++;
}

struct entry {
  uint64_t inode, offset;
  unsigned short length;
  unsigned char type;
  char name[];
};

/* One pass over a directory. */
static void empty(struct deletion *deletion, int directory, int depth) {
  char *buffer = malloc(BUFFER_BYTES);
  if (!buffer) {
    note(deletion, ENOMEM, "read", "directory");
    return;
  }
  long got = lseek(directory, 0, SEEK_SET);
  while (got >= 0 && (got = syscall(SYS_getdents64, directory, buffer, BUFFER_BYTES)) > 0)
    for (long at = 0; at < got;) {
      struct entry entry;
      memcpy(&entry, buffer + at, offsetof(struct entry, name));
      const char *name = buffer + at + offsetof(struct entry, name);
      at += entry.length;
      if (!strcmp(name, ".") || !strcmp(name, "..")) continue;
      delete_entry(deletion, directory, name, entry.type == DT_DIR || entry.type == DT_UNKNOWN, depth);
    }
  if (got < 0) note(deletion, errno, "read", "directory");
  free(buffer);
}

int tree_empty(int directory, struct fail *fail) {
  struct deletion deletion = {.fail = fail};
  *fail = (struct fail){0};
  deletion.top = openat(directory, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC); /* what we were given may be O_PATH */
  if (deletion.top < 0) return fail_set(fail, errno, "open the directory to empty");
  for (uint64_t before = UINT64_MAX; before != deletion.deleted;) {
    before = deletion.deleted;
    empty(&deletion, deletion.top, 0);
  }
  close(deletion.top);
  return fail->error ? -1 : 0;
}

int tree_delete(int parent, const char *name, struct fail *fail) {
  if (!unlinkat(parent, name, 0)) return 0;
  if (errno != EISDIR) return fail_set(fail, errno, "delete %s", name);
  int fd = sys_openat2(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW, 0, RESOLVE_NO_XDEV);
  if (fd < 0) return fail_set(fail, errno, "delete %s", name);
  int failed = tree_empty(fd, fail);
  close(fd);
  if (failed) return -1;
  return unlinkat(parent, name, AT_REMOVEDIR) ? fail_set(fail, errno, "delete %s", name) : 0;
}
