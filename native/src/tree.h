/* Modes `unpack`, `remove`, `read`, `write`: trees of files that an archive describes or a box leaves behind. */
#ifndef BOXSHIM_TREE_H
#define BOXSHIM_TREE_H

#include "fail.h"

/* Descriptors: 3 plan (streamed), 4 frames, 5 directory. Return the exit status. */
int unpack_main(void);
int remove_main(void);
int read_main(void);
int write_main(void);

/*
 * Deletes everything below the directory, whatever its depth, without crossing mounts or following links. Goes on after a failure and
 * reports the first one.
 */
int tree_empty(int directory, struct fail *fail);
/* Deletes one entry of `parent`, with everything below it. */
int tree_delete(int parent, const char *name, struct fail *fail);

#endif
