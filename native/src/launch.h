/* From a plan to a process: host operations, clone3, and what the child reports until its execve. */
#ifndef BOXSHIM_LAUNCH_H
#define BOXSHIM_LAUNCH_H

#include <sys/types.h>

#include "fail.h"
#include "plan.h"

/* Messages on a sync socket (SOCK_SEQPACKET), first byte. */
enum {
  SYNC_PID = 'P',    /* u32 host pid, SCM_RIGHTS pidfd: the exec helper cloned the child */
  SYNC_MASTER = 'M', /* SCM_RIGHTS master of the terminal */
  SYNC_ERROR = 'E',  /* fail_encode form */
};

struct launch_streams {
  int in, out, err; /* for the child; -1, -1, -1 with a `console` operation */
};

struct launch {
  pid_t pid; /* 0 until known */
  int pidfd; /* close-on-exec; -1 until known */
  int sync;  /* our end of a SOCK_SEQPACKET pair: see launch_wait */
};

/*
 * Walks the host operations and clones. The child walks the box operations; in the caller all slots are closed again (the descriptor of
 * the cgroup stays open). Mode exec passes `sync` = the descriptor to report over in `out->sync`, else `out->sync` must be -1 and a
 * pair is made.
 */
int launch_begin(const struct plan *plan, const struct launch_streams *streams, struct launch *out, struct fail *fail);
/*
 * Reads ONE message from sync; call when it is readable.
 * 2: pid and pidfd arrived (mode exec only), 1: the console's master arrived (*master set), 0: execve succeeded, -1: failed.
 */
int launch_wait(struct launch *launch, int *master, struct fail *fail);
/* Mode `exec` (descriptors: 3 plan, 4 sync, 5 pidfd of the box's init, 6 cgroup). Returns the exit status. */
int exec_main(void);

#endif
