/* Mode `read`: tells what is in a tree, in frames (docs/protocol.md, Read). */
#ifndef BOXSHIM_TREE_READ_H
#define BOXSHIM_TREE_READ_H

#include <limits.h>
#include <stdbool.h>
#include <stdint.h>

#include "fail.h"
#include "plan.h"
#include "tree_root.h"

struct tree_reader {
  struct tree_root root;
  int given;  /* descriptor 5 */
  int frames; /* where it is told */
  uint8_t *buffer; /* frames not sent yet */
  size_t filled;
  bool told;      /* something of the current request */
  uint64_t count; /* entries of it */
  bool with_data;
  bool shallow;
  const struct plan_op *request; /* its excluded paths */
  char path[PATH_MAX]; /* of the entry, relative to where the walk began */
};

int tree_reader_start(struct tree_reader *reader, int given, int frames, struct fail *fail);
/* One operation of stage `walk`. */
int tree_reader_obey(void *reader, const struct plan_op *op, struct fail *fail);
/* Sends what is left. */
int tree_reader_flush(struct tree_reader *reader, struct fail *fail);
void tree_reader_free(struct tree_reader *reader);

#endif
