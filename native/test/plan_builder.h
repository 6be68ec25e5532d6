/* Plans for tests. Operations by name, as in operations.ts; arguments by their types there. */
#ifndef BOXSHIM_PLAN_BUILDER_H
#define BOXSHIM_PLAN_BUILDER_H

#include <stdint.h>

#include "plan.h"

struct builder {
  uint8_t *bytes;
  size_t length, capacity;
};

void build_start(struct builder *b);
/* Types come from the table: `s` const char *, `b` const void * and size_t, `u` uint32_t, `i` int32_t, `U` uint64_t, `*` strings up to NULL. */
void build(struct builder *b, uint16_t code, ...);
void build_raw(struct builder *b, const void *bytes, size_t length);
void build_free(struct builder *b);
/* Adds `end` and parses; aborts the program when the plan is refused. The plan uses the builder's memory. */
void build_plan(struct builder *b, struct plan *plan);

#endif
