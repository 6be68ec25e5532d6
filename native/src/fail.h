/* The one error record: what was being done, to what, and the errno. Travels as the payload of `error` frames (docs/protocol.md). */
#ifndef BOXSHIM_FAIL_H
#define BOXSHIM_FAIL_H

#include <stddef.h>
#include <stdint.h>

#define FAIL_TEXT_BYTES 512
/* u32 errno, u16 opcode, u16 operation index, text: what an `error` frame carries. */
#define FAIL_ENCODED_BYTES (8 + FAIL_TEXT_BYTES)

struct fail {
  int error;       /* errno; 0: nothing failed */
  uint16_t opcode; /* of the plan's operation that failed; 0: not from a plan */
  uint16_t index;  /* of that operation in its plan */
  char text[FAIL_TEXT_BYTES];
};

/* Fills `fail` with the formatted text followed by `: <meaning of error>`. Returns -1, so that callers can `return fail_set(…)`. */
int fail_set(struct fail *fail, int error, const char *format, ...) __attribute__((format(printf, 3, 4)));
/* The same without the meaning of the error: for texts that say it better themselves. */
int fail_say(struct fail *fail, int error, const char *format, ...) __attribute__((format(printf, 3, 4)));

/* Little endian form of an `error` frame's payload. `bytes` holds FAIL_ENCODED_BYTES. Returns the number of bytes used. */
size_t fail_encode(const struct fail *fail, uint8_t *bytes);
/* The reverse. Returns -1 when it is too short to be one. */
int fail_decode(struct fail *fail, const uint8_t *bytes, size_t length);

#endif
