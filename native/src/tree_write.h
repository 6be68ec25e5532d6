/* Mode `write`: `tree` operations obeyed in a tree that others may be changing, all by descriptor. */
#ifndef BOXSHIM_TREE_WRITE_H
#define BOXSHIM_TREE_WRITE_H

#include <limits.h>
#include <stdbool.h>
#include <stdint.h>
#include <time.h>

#include "fail.h"
#include "plan.h"
#include "tree_root.h"

/* A directory's time is set at the end: making something in it changes it. */
struct written_directory {
  struct timespec modified;
  uint64_t device, inode;
  char *path;
};

struct tree_writer {
  struct tree_root root;
  int given;    /* descriptor 5 */
  int into;     /* O_PATH: where paths start; -1 before treeInto */
  bool replace; /* TREE_REPLACE */
  int parent;   /* O_PATH of the last entry's directory, kept for the next; -1: none */
  char parent_path[PATH_MAX];
  char path[PATH_MAX]; /* of the last entry */
  int entry;           /* O_PATH or open file of the last entry, -1: none */
  bool is_file;
  uint64_t size, written;
  struct timespec modified;
  struct written_directory *directories;
  size_t directory_count, directory_room;
};

void tree_writer_start(struct tree_writer *writer, int given);
/* treeRoot, treeInto, then any operation of stage `tree` but whiteouts. */
int tree_writer_obey(void *writer, const struct plan_op *op, struct fail *fail);
/* After the last operation: ends the last file and sets the directories' times. */
int tree_writer_finish(struct tree_writer *writer, struct fail *fail);
void tree_writer_free(struct tree_writer *writer);

#endif
