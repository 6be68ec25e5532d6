/* The golden plans that packages/spec/src/plan/golden.test.ts encodes: decoded, they read as their .txt says. */
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "plan.h"
#include "test.h"

static char described[16384];
static size_t used;

static void add(const char *format, ...) __attribute__((format(printf, 1, 2)));
static void add(const char *format, ...) {
  va_list values;
  va_start(values, format);
  used += (size_t)vsnprintf(described + used, sizeof described - used, format, values);
  va_end(values);
}

static void add_text(const char *text) {
  add("\"");
  for (; *text; text++) {
    unsigned char byte = (unsigned char)*text;
    if (byte < 32 || byte > 126 || byte == '"' || byte == '\\') add("\\x%02x", byte);
    else add("%c", byte);
  }
  add("\"");
}

static void describe(const struct plan_op *op) {
  const char *types = op->shape->arguments;
  add("%s", op->shape->name);
  for (unsigned i = 0; i < op->argc; i++) {
    char type = types[i < strlen(types) ? i : strlen(types) - 1];
    size_t length;
    add(" ");
    switch (type) {
      case 'u': add("%u", op_u32(op, i)); break;
      case 'i': add("%d", op_i32(op, i)); break;
      case 'U': add("%llu", (unsigned long long)op_u64(op, i)); break;
      case 'b':
        add("<");
        for (const uint8_t *bytes = op_bytes(op, i, &length); length > 0; length--) add("%02x", *bytes++);
        add(">");
        break;
      default: add_text(op_str(op, i));
    }
  }
  add("\n");
}

static size_t read_file(const char *name, const char *extension, char *bytes, size_t capacity) {
  char path[64];
  snprintf(path, sizeof path, "test/golden/%s.%s", name, extension);
  int fd = open(path, O_RDONLY | O_CLOEXEC);
  ssize_t got = fd < 0 ? 0 : read(fd, bytes, capacity - 1);
  close(fd);
  bytes[got > 0 ? got : 0] = 0;
  return got > 0 ? (size_t)got : 0;
}

static void compare(const char *name, bool streamed) {
  static char bytes[16384], expected[16384];
  struct plan plan;
  struct plan_op op = {0};
  struct fail fail = {0};
  size_t length = read_file(name, "plan", bytes, sizeof bytes);
  CHECK(length > 8 && read_file(name, "txt", expected, sizeof expected));
  used = 0;
  if (streamed) {
    CHECK(plan_check_header((uint8_t *)bytes, &fail) == 0);
    long taken;
    for (size_t at = 8; at < length; at += (size_t)taken) {
      taken = plan_take((uint8_t *)bytes + at, length - at, &op, &fail);
      CHECK(taken > 0);
      describe(&op);
    }
  } else {
    CHECK(plan_parse((uint8_t *)bytes, length, &plan, &fail) == 0);
    while (plan_next(&plan, &op)) describe(&op);
    describe(&op);
  }
  CHECK_STR(described, expected);
}

TEST("the golden plans are decoded as they were encoded") {
  compare("run", false);
  compare("exec", false);
  compare("unpack", true);
  compare("walk", true);
}
