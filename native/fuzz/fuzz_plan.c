/* Plans: the decoder, the iterator with every accessor, and the streaming reader on the same bytes cut anywhere. */
#include <stdlib.h>
#include <string.h>

#include "../test/plan_builder.h"
#include "fuzz.h"

static volatile size_t sink;

static void use(const struct plan_op *op) {
  static char *vector[PLAN_MAX_ARGS + 1];
  for (unsigned i = 0; i < op->argc; i++) {
    size_t length;
    char type = op->shape->arguments[i < strlen(op->shape->arguments) ? i : strlen(op->shape->arguments) - 1];
    switch (type) {
      case 'u': case 'i': sink += op_u32(op, i); break;
      case 'U': sink += op_u64(op, i); break;
      case 's': sink += strlen(op_str(op, i)); break;
      case '*':
        for (size_t n = op_strings(op, i, vector); n > 0; n--) sink += strlen(vector[n - 1]);
        return;
      default:
        for (const uint8_t *bytes = op_bytes(op, i, &length); length > 0; length--) sink += *bytes++;
    }
  }
}

static void stream(uint8_t *bytes, size_t length) {
  struct fail fail = {0};
  if (length < 8 || plan_check_header(bytes, &fail)) return;
  size_t start = 8, known = 8;
  for (struct plan_op op;;) {
    long taken = plan_take(bytes + start, known - start, &op, &fail);
    if (taken < 0) return;
    if (taken > 0) {
      use(&op);
      start += (size_t)taken;
    } else if (known == length) {
      return;
    } else {
      known += 1 + (length - known) / 3; /* arrives in pieces */
    }
  }
}

static uint8_t *copy_of(const uint8_t *bytes, size_t length) {
  uint8_t *copy = malloc(length ? length : 1);
  if (!copy) abort();
  memcpy(copy, bytes, length);
  return copy;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t length) {
  struct plan plan;
  struct fail fail;
  uint8_t *bytes = copy_of(data, length), *copy = copy_of(data, length); /* the decoder rewrites in place */
  if (!plan_parse(bytes, length, &plan, &fail)) {
    unsigned seen = 1;
    for (struct plan_op op = {0}; plan_next(&plan, &op); seen++) use(&op);
    if (seen != plan.operations) abort();
    sink += (size_t)plan_highest_descriptor(&plan, 0);
  }
  stream(copy, length);
  free(copy);
  free(bytes);
  return 0;
}

static void add(struct builder *b, uint16_t stage) {
  for (size_t i = 0; i < sizeof PLAN_SHAPES / sizeof *PLAN_SHAPES; i++) {
    const struct plan_shape *shape = &PLAN_SHAPES[i];
    if (shape->stage != stage || shape->code == PLAN_CLONE || shape->code == PLAN_EXEC) continue;
    /* One argument of each type the operation has, in the order the builder wants them. */
    uint16_t argc = 0;
    size_t header = b->length;
    build_raw(b, &shape->code, 2);
    build_raw(b, &argc, 2);
    for (const char *type = shape->arguments; *type; type++) {
      uint32_t size = *type == 'U' ? 8 : 4;
      for (int strings = *type == '*' ? 3 : 1; strings > 0; strings--, argc++) {
        build_raw(b, &size, 4);
        build_raw(b, "A=bcdefg", size);
      }
    }
    memcpy(b->bytes + header + 2, &argc, 2);
  }
}

size_t fuzz_seed(unsigned number, uint8_t *bytes, size_t capacity) {
  struct builder b;
  if (number > 2) return 0;
  build_start(&b);
  if (number == 0) add(&b, STAGE_SHIM), add(&b, STAGE_HOST);
  if (number < 2) {
    build(&b, PLAN_CLONE, (uint64_t)1, 2u, 3u);
    add(&b, STAGE_BOX);
    build(&b, PLAN_EXEC, "a", "b", NULL);
  } else {
    add(&b, STAGE_TREE);
  }
  build(&b, PLAN_END);
  size_t length = b.length < capacity ? b.length : capacity;
  memcpy(bytes, b.bytes, length);
  build_free(&b);
  return length;
}
