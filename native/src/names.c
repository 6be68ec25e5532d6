#include "names.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "sys.h"

#define BUFFER_BYTES 32768

struct entry {
  uint64_t inode, offset;
  unsigned short length;
  unsigned char type;
  char name[];
};

static int add(struct names *names, const char *name) {
  size_t length = strlen(name) + 1;
  if (names->used + length > names->capacity) {
    size_t capacity = 2 * (names->used + length);
    char *bytes = realloc(names->bytes, capacity);
    if (!bytes) return -1;
    names->bytes = bytes;
    names->capacity = capacity;
  }
  if (names->count == names->room) {
    size_t room = 2 * names->room + 64;
    size_t *starts = reallocarray(names->starts, room, sizeof *starts);
    if (!starts) return -1;
    names->starts = starts;
    names->room = room;
  }
  memcpy(names->bytes + names->used, name, length);
  names->starts[names->count++] = names->used;
  names->used += length;
  return 0;
}

static int compare(const void *a, const void *b, void *names) {
  const char *bytes = ((const struct names *)names)->bytes;
  return strcmp(bytes + *(const size_t *)a, bytes + *(const size_t *)b);
}

int names_read(int directory, struct names *names, struct fail *fail) {
  char *buffer = malloc(BUFFER_BYTES);
  long got = buffer ? 0 : -1;
  if (!buffer) errno = ENOMEM;
  while (got >= 0 && (got = syscall(SYS_getdents64, directory, buffer, BUFFER_BYTES)) > 0)
    for (long at = 0; at < got && got > 0;) {
      struct entry entry;
      memcpy(&entry, buffer + at, offsetof(struct entry, name));
      const char *name = buffer + at + offsetof(struct entry, name);
      at += entry.length;
      if (!strcmp(name, ".") || !strcmp(name, "..")) continue;
      if (add(names, name)) {
        errno = ENOMEM;
        got = -1;
      }
    }
  int error = errno;
  free(buffer);
  if (got < 0) return fail_set(fail, error, "read a directory");
  if (names->count) qsort_r(names->starts, names->count, sizeof *names->starts, compare, names);
  return 0;
}

const char *names_at(const struct names *names, size_t index) { return names->bytes + names->starts[index]; }

void names_free(struct names *names) {
  free(names->bytes);
  free(names->starts);
  *names = (struct names){0};
}
