#include "fail.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static void fill(struct fail *fail, int error, const char *format, va_list values) {
  fail->error = error;
  vsnprintf(fail->text, sizeof fail->text, format, values);
}

int fail_set(struct fail *fail, int error, const char *format, ...) {
  va_list values;
  va_start(values, format);
  fill(fail, error, format, values);
  va_end(values);
  const char *meaning = strerrordesc_np(error);
  size_t used = strlen(fail->text);
  snprintf(fail->text + used, sizeof fail->text - used, ": %s", meaning ? meaning : "unknown error");
  return -1;
}

int fail_say(struct fail *fail, int error, const char *format, ...) {
  va_list values;
  va_start(values, format);
  fill(fail, error, format, values);
  va_end(values);
  return -1;
}

size_t fail_encode(const struct fail *fail, uint8_t *bytes) {
  uint32_t error = (uint32_t)fail->error;
  size_t text = strnlen(fail->text, sizeof fail->text - 1);
  memcpy(bytes, &error, 4);
  memcpy(bytes + 4, &fail->opcode, 2);
  memcpy(bytes + 6, &fail->index, 2);
  memcpy(bytes + 8, fail->text, text);
  return 8 + text;
}

int fail_decode(struct fail *fail, const uint8_t *bytes, size_t length) {
  if (length < 8) return -1;
  uint32_t error;
  memcpy(&error, bytes, 4);
  memcpy(&fail->opcode, bytes + 4, 2);
  memcpy(&fail->index, bytes + 6, 2);
  size_t text = length - 8 < sizeof fail->text - 1 ? length - 8 : sizeof fail->text - 1;
  memcpy(fail->text, bytes + 8, text);
  fail->text[text] = 0;
  fail->error = (int)error;
  return 0;
}
