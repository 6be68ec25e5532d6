#include "segments.h"

#include <dirent.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int segment_create(int directory, uint64_t sequence, uint64_t offset) {
  char name[64];
  snprintf(name, sizeof name, "%08" PRIu64 "-%" PRIu64 ".log", sequence, offset);
  return openat(directory, name, O_WRONLY | O_CREAT | O_EXCL | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0600);
}

/* Whether `name` is a segment's, and its sequence number. */
static int parse_name(const char *name, uint64_t *sequence) {
  char *end;
  if (name[0] < '0' || name[0] > '9') return 0;
  *sequence = strtoull(name, &end, 10);
  if (*end != '-' || end[1] < '0' || end[1] > '9') return 0;
  strtoull(end + 1, &end, 10);
  return strcmp(end, ".log") == 0;
}

void segments_remove_older(int directory, uint64_t newest, uint32_t keep) {
  int fd = openat(directory, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  DIR *stream = fd < 0 ? NULL : fdopendir(fd);
  if (!stream) {
    if (fd >= 0) close(fd);
    return;
  }
  for (struct dirent *entry; (entry = readdir(stream));) {
    uint64_t sequence;
    if (parse_name(entry->d_name, &sequence) && sequence < newest && newest - sequence >= keep)
      unlinkat(directory, entry->d_name, 0);
  }
  closedir(stream);
}
