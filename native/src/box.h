/* The child between clone3 and execve: its state, and one function for each `box` operation. */
#ifndef BOXSHIM_BOX_H
#define BOXSHIM_BOX_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "fail.h"
#include "launch.h"
#include "plan.h"
#include "users.h"

#define SLOT_COUNT 1024

struct box {
  int sync;             /* where M and E messages go */
  int root;             /* O_PATH of the (future) root; paths of operations are resolved inside it */
  bool builds_root;     /* a `root` operation was there: this is the box's first process */
  bool pivoted;
  int null_device;      /* O_PATH of the host's /dev/null, checked */
  int masked_directory; /* a mounted empty tmpfs to be cloned for each masked directory */
  int proc;             /* root of a procfs that we mounted ourselves */
  mode_t umask;
  struct identity identity;
  char **environment;
  int *slots;           /* descriptor + 1; 0: empty */
};

/* Walks the operations after `op` (the clone). Returns only when one failed: fail is filled. */
void box_walk(struct box *box, const struct plan *plan, struct plan_op *op, struct fail *fail);
/* The descriptor paths are resolved in: of the `root` operation, else of `/`. */
int box_root(struct box *box, struct fail *fail);
int box_slot(const struct box *box, uint32_t number, struct fail *fail);
/* Opens `path` below the root of a procfs of our own, without links and other mounts on the way. -1: fail is filled. */
int box_open_proc(struct box *box, const char *path, uint64_t flags, struct fail *fail);

/* Each obeys one operation: 0, or -1 with fail filled. */
typedef int box_operation(struct box *box, const struct plan_op *op, struct fail *fail);
/* box_mounts.c */
box_operation box_op_slot_receive, box_op_root, box_op_mount_fs, box_op_mount_slot, box_op_root_readonly, box_op_pivot;
/* box_masks.c */
box_operation box_op_mask, box_op_readonly;
/* box_nodes.c */
box_operation box_op_mkdir, box_op_symlink, box_op_mknod;
/* box_console.c */
box_operation box_op_console, box_op_setsid;
/* box_kernel.c */
box_operation box_op_hostname, box_op_sysctl, box_op_netlink, box_op_keyring, box_op_rlimit, box_op_oom_score;
/* box_privileges.c */
box_operation box_op_resolve_user, box_op_cap_bounding, box_op_become, box_op_capabilities, box_op_no_new_privileges,
    box_op_seccomp;
/* box_own.c */
box_operation box_op_own_slot;
/* box_program.c */
box_operation box_op_signals, box_op_umask, box_op_environment, box_op_workdir, box_op_exec;

#endif
