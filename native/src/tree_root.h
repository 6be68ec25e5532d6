/* Where modes `read` and `write` act: a directory of the host or the mount namespace of a running process. */
#ifndef BOXSHIM_TREE_ROOT_H
#define BOXSHIM_TREE_ROOT_H

#include "fail.h"
#include "plan.h"

struct tree_root {
  int fd; /* O_PATH of the root, which is our own root as well; -1 before */
};

/*
 * Obeys `treeRoot` for descriptor `given`: its directory (or the root of the process behind the pidfd) becomes our root, so that no link
 * in it leads elsewhere, only the capabilities `effective` stay, and no program can be run any more. The working directory becomes our own table of descriptors, see
 * descriptor_name.
 */
int tree_root_enter(struct tree_root *root, int given, const struct plan_op *op, uint64_t effective, struct fail *fail);

/*
 * The relative path that leads to an open descriptor, for the calls that take no O_PATH descriptor (xattrs, chmod, opening it again):
 * a name in the host's /proc/self/fd, which the box cannot influence.
 */
#define DESCRIPTOR_NAME_BYTES 12
const char *descriptor_name(char name[DESCRIPTOR_NAME_BYTES], int fd);

#endif
