/* `user[:group]` as an image or `-u` gives it, resolved in a box's /etc/passwd and /etc/group. Pure but for users_read_file. */
#ifndef BOXSHIM_USERS_H
#define BOXSHIM_USERS_H

#include <stddef.h>
#include <sys/types.h>

#include "fail.h"

/* Larger files are refused: an image could hold one of gigabytes. */
#define USERS_FILE_BYTES (1024 * 1024)

struct identity {
  uid_t uid;
  gid_t gid;
  gid_t *groups; /* supplementary; malloc */
  size_t group_count;
  char *home; /* malloc; NULL: no passwd line */
};

struct users_text {
  const char *bytes;
  size_t length;
};

/*
 * Numbers are never looked up as names; a numeric uid takes group and home from its passwd line, as Docker does. Without a group part
 * the groups that list the user are supplementary ones. `additional` is a NULL-terminated vector. 0, or -1 with fail filled.
 */
int users_resolve(const char *spec, const char *const *additional, struct users_text passwd, struct users_text group,
                  struct identity *identity, struct fail *fail);
/* Frees what users_resolve made. */
void users_free(struct identity *identity);
/*
 * Reads a file of the box: only a regular one, at most USERS_FILE_BYTES, never waiting for anybody (a FIFO does not hang us).
 * A missing file is an empty one. The bytes are malloc'ed.
 */
int users_read_file(int root, const char *path, struct users_text *text, struct fail *fail);

#endif
