/* Plans that are obeyed as they arrive: modes unpack, write and read. */
#ifndef BOXSHIM_PLAN_STREAM_H
#define BOXSHIM_PLAN_STREAM_H

#include "plan.h"

/* One operation; its arguments are valid only during the call. 0, or -1 with fail filled. */
typedef int plan_obey(void *state, const struct plan_op *op, struct fail *fail);

/*
 * Reads a plan from `fd` (a file, pipe or socket) and hands each operation to `obey`, up to `end`, which is not handed over. `operations`
 * counts those obeyed. 0, or -1 with fail filled.
 */
int plan_stream(int fd, plan_obey *obey, void *state, uint64_t *operations, struct fail *fail);

#endif
