/*
 * Frames on shim sockets: the C half of packages/spec/src/frames/frame.ts; docs/protocol.md says what each type carries.
 * 16 bytes, little endian: u8 type, u8 stream, u16 channel, u32 length, u64 offset, then `length` bytes.
 */
#ifndef BOXSHIM_FRAME_H
#define BOXSHIM_FRAME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
  FRAME_HEADER_BYTES = 16,
  /* A longer frame is rubbish: the connection is closed. */
  FRAME_MAX_BYTES = 1024 * 1024,
  /* Senders cut data into frames of at most this much. */
  FRAME_DATA_BYTES = 64 * 1024,
  /* Input one client may have unacknowledged: the size of its queue in the shim. */
  FRAME_INPUT_WINDOW = 64 * 1024,
  SHIM_PROTOCOL = 1,
};

#define OFFSET_LIVE UINT64_MAX

enum frame_type {
  FRAME_HELLO = 1,
  FRAME_OPEN = 2,
  FRAME_DATA = 3,
  FRAME_INPUT = 4,
  FRAME_ACK = 5,
  FRAME_CLOSE_INPUT = 6,
  FRAME_RESIZE = 7,
  FRAME_SIGNAL = 8,
  FRAME_CREDIT = 9,
  FRAME_SKIPPED = 10,
  FRAME_SNAPSHOT = 11,
  FRAME_EXIT = 12,
  FRAME_ERROR = 13,
  FRAME_FEED = 14,
  FRAME_STATE = 15,
  FRAME_EXEC = 16,
  FRAME_CLOSE = 17,
};

enum frame_stream { STREAM_NONE = 0, STREAM_STDOUT = 1, STREAM_STDERR = 2 };

struct frame_header {
  uint8_t type, stream;
  uint16_t channel;
  uint32_t length;
  uint64_t offset;
};

void frame_header_write(uint8_t bytes[FRAME_HEADER_BYTES], const struct frame_header *header);

/* False for a type that does not exist or a length above FRAME_MAX_BYTES: nothing after it on this connection can be trusted. */
bool frame_header_read(const uint8_t bytes[FRAME_HEADER_BYTES], struct frame_header *header);

/* Little endian writer into memory the caller sized; more than fits sets `overflow` and writes nothing. */
struct writer {
  uint8_t *bytes;
  size_t capacity, length;
  bool overflow;
};
void put_u8(struct writer *w, uint8_t value);
void put_u16(struct writer *w, uint16_t value);
void put_u32(struct writer *w, uint32_t value);
void put_u64(struct writer *w, uint64_t value);
void put_bytes(struct writer *w, const void *bytes, size_t length);

/* Little endian reader of a payload; reading past the end sets `failed` and yields zeros. */
struct reader {
  const uint8_t *bytes;
  size_t length, at;
  bool failed;
};
uint8_t get_u8(struct reader *r);
uint16_t get_u16(struct reader *r);
uint32_t get_u32(struct reader *r);
uint64_t get_u64(struct reader *r);
/* The next `length` bytes, or NULL when there are fewer. */
const uint8_t *get_bytes(struct reader *r, size_t length);

/*
 * Sends one whole frame on a blocking socket, for the modes without an event loop (run before it supervises, unpack, remove).
 * Returns 0, or -1 with errno. Never raises SIGPIPE.
 */
int frame_send(int fd, enum frame_type type, uint64_t offset, const void *payload, size_t length);

#endif
