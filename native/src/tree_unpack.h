/* Obeys `tree` operations in the current root directory, which is the tree: see unpack_main. */
#ifndef BOXSHIM_TREE_UNPACK_H
#define BOXSHIM_TREE_UNPACK_H

#include <limits.h>
#include <stdbool.h>
#include <stdint.h>
#include <time.h>

#include "fail.h"
#include "plan.h"

/* A directory's time is set at the end: making something in it changes it. */
struct directory_time {
  struct timespec modified;
  uint64_t inode;
  uint32_t path; /* where it starts in `paths` */
};

struct unpack {
  int root;             /* O_PATH of the tree */
  int fd;               /* of the last entry when it is a file or directory, else -1 */
  bool is_file;
  uint64_t size, written; /* of that file: wanted, and the end of what was written */
  struct timespec modified;
  char path[PATH_MAX]; /* of the last entry */
  struct directory_time *times;
  size_t time_count, time_capacity;
  char *paths;
  size_t path_bytes, path_capacity;
};

int unpack_start(struct unpack *unpack, struct fail *fail);
/* One operation of stage `tree`; its arguments are valid only during the call. */
int unpack_operation(struct unpack *unpack, const struct plan_op *op, struct fail *fail);
/* After the last operation: ends the last file and sets the directories' times. */
int unpack_finish(struct unpack *unpack, struct fail *fail);
/* Gives back memory and descriptors, also after a failure. */
void unpack_free(struct unpack *unpack);

#endif
