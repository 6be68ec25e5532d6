/* Decoder of plans (docs/protocol.md, Plan). Everything is checked against the generated table before anything is obeyed. */
#ifndef BOXSHIM_PLAN_H
#define BOXSHIM_PLAN_H

#include <stddef.h>
#include <stdint.h>

#include "fail.h"
#include "plan_ops.h"

struct plan {
  uint8_t *bytes;      /* owned by the plan; rewritten in place by plan_parse */
  size_t length;       /* of what lies there */
  size_t mapped;       /* bytes of the mapping; 0: memory of the caller */
  uint32_t operations; /* how many, with `end` */
};

struct plan_op {
  uint16_t code;
  uint16_t index; /* position in the plan, from 0 */
  uint16_t argc;
  const struct plan_shape *shape;
  uint8_t *arguments; /* first argument in the rewritten form */
  uint8_t *next;      /* where the next operation starts */
};

/* Reads and checks the whole plan behind `fd` (a file or memfd, from its start). 0, or -1 with `fail` filled. */
int plan_read(int fd, struct plan *plan, struct fail *fail);
/* The same for bytes in memory, which are rewritten in place and must outlive the plan. */
int plan_parse(uint8_t *bytes, size_t length, struct plan *plan, struct fail *fail);
/* Gives the memory of plan_read back. */
void plan_free(struct plan *plan);

/* Iterates: start with a zeroed `op`. Returns 1 and the next operation, or 0 at `end`. */
int plan_next(const struct plan *plan, struct plan_op *op);
/* The highest descriptor number that the plan's operations name, at least `least`: everything above it is a stray one. */
int plan_highest_descriptor(const struct plan *plan, int least);

uint32_t op_u32(const struct plan_op *op, unsigned index);
int32_t op_i32(const struct plan_op *op, unsigned index);
uint64_t op_u64(const struct plan_op *op, unsigned index);
/* NUL-terminated (the decoder made sure that there is no other NUL in it). Lives as long as the plan; may be written to. */
char *op_str(const struct plan_op *op, unsigned index);
const uint8_t *op_bytes(const struct plan_op *op, unsigned index, size_t *length);
/* Arguments from `first` on as a NULL-terminated vector; `vector` holds argc - first + 1 pointers. Returns their number. */
size_t op_strings(const struct plan_op *op, unsigned first, char **vector);

/*
 * One operation of a stream (unpack mode): looks at `length` bytes. Returns the number of bytes it takes (op filled, its arguments
 * rewritten in place), 0 when more bytes are needed, -1 when it is refused.
 */
long plan_take(uint8_t *bytes, size_t length, struct plan_op *op, struct fail *fail);
/* Checks the 8 bytes that start every plan. */
int plan_check_header(const uint8_t *bytes, struct fail *fail);
/* The largest operation a stream may hold must fit into the reader's buffer. */
#define PLAN_MAX_OPERATION_BYTES PLAN_MAX_BYTES

#endif
