#include "plan_builder.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void build_raw(struct builder *b, const void *bytes, size_t length) {
  if (b->length + length > b->capacity) {
    b->capacity = 2 * (b->length + length);
    b->bytes = realloc(b->bytes, b->capacity);
    if (!b->bytes) abort();
  }
  if (length) memcpy(b->bytes + b->length, bytes, length);
  b->length += length;
}

void build_start(struct builder *b) {
  uint16_t words[2] = {PLAN_VERSION, 0};
  *b = (struct builder){0};
  build_raw(b, PLAN_MAGIC, 4);
  build_raw(b, words, 4);
}

static void argument(struct builder *b, const void *bytes, size_t length, uint16_t *argc) {
  uint32_t size = (uint32_t)length;
  build_raw(b, &size, 4);
  build_raw(b, bytes, length);
  ++*argc;
}

void build(struct builder *b, uint16_t code, ...) {
  const struct plan_shape *shape = NULL;
  for (size_t i = 0; i < sizeof PLAN_SHAPES / sizeof *PLAN_SHAPES; i++)
    if (PLAN_SHAPES[i].code == code) shape = &PLAN_SHAPES[i];
  if (!shape) abort();
  uint16_t argc = 0;
  size_t header = b->length;
  build_raw(b, &code, 2);
  build_raw(b, &argc, 2);
  va_list values;
  va_start(values, code);
  for (const char *type = shape->arguments; *type; type++) {
    uint32_t number;
    uint64_t large;
    const void *bytes;
    switch (*type) {
      case 's': bytes = va_arg(values, const char *); argument(b, bytes, strlen(bytes), &argc); break;
      case 'b': bytes = va_arg(values, const void *); argument(b, bytes, va_arg(values, size_t), &argc); break;
      case 'u': case 'i': number = va_arg(values, uint32_t); argument(b, &number, 4, &argc); break;
      case 'U': large = va_arg(values, uint64_t); argument(b, &large, 8, &argc); break;
      default: while ((bytes = va_arg(values, const char *))) argument(b, bytes, strlen(bytes), &argc);
    }
  }
  va_end(values);
  memcpy(b->bytes + header + 2, &argc, 2);
}

void build_plan(struct builder *b, struct plan *plan) {
  struct fail fail;
  build(b, PLAN_END);
  if (!plan_parse(b->bytes, b->length, plan, &fail)) return;
  printf("    %s\n", fail.text);
  abort();
}

void build_free(struct builder *b) {
  free(b->bytes);
  *b = (struct builder){0};
}
