#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "frame.h"
#include "ring.h"
#include "test.h"

enum { SIZE = 4096, MODEL_BYTES = 1 << 20 };

/* Writes as reading from a pipe would: into the space, then commits. Returns how much fitted. */
static size_t push(struct ring *ring, uint64_t keep, int stream, const uint8_t *bytes, size_t length) {
  struct iovec parts[2];
  size_t room = ring_space(ring, keep, length, parts);
  memcpy(parts[0].iov_base, bytes, parts[0].iov_len);
  memcpy(parts[1].iov_base, bytes + parts[0].iov_len, parts[1].iov_len);
  ring_commit(ring, stream, room);
  return room;
}

/* Every byte from `oldest` on, with its stream, is what the model says. */
static bool agrees(const struct ring *ring, const uint8_t *bytes, const uint8_t *streams, uint64_t base) {
  for (uint64_t at = ring->oldest; at < ring->end;) {
    struct iovec parts[2];
    int stream;
    size_t length = ring_peek(ring, at, 700, parts, &stream);
    if (length == 0 || parts[0].iov_len + parts[1].iov_len != length) return false;
    for (size_t i = 0; i < length; i++) {
      const uint8_t *piece = i < parts[0].iov_len ? parts[0].iov_base : parts[1].iov_base;
      uint8_t byte = piece[i < parts[0].iov_len ? i : i - parts[0].iov_len];
      if (byte != bytes[at + i - base] || streams[at + i - base] != stream) return false;
    }
    at += length;
  }
  return true;
}

TEST("a ring keeps the last bytes of two streams with their offsets, whatever the chunks") {
  static uint8_t bytes[MODEL_BYTES], streams[MODEL_BYTES];
  struct ring ring;
  uint64_t base = 0xfffffff0; /* offsets of 33 bits are met on the way */
  CHECK(ring_open(&ring, SIZE, base) == 0);
  srand(7);
  size_t at = 0;
  while (at < MODEL_BYTES - SIZE) {
    size_t length = (size_t)rand() % (rand() % 8 ? 40 : SIZE + 100) + 1;
    int stream = rand() % 3 ? STREAM_STDOUT : STREAM_STDERR;
    for (size_t i = 0; i < length && at + i < MODEL_BYTES; i++) {
      bytes[at + i] = (uint8_t)rand();
      streams[at + i] = (uint8_t)stream;
    }
    at += push(&ring, RING_KEEP_NOTHING, stream, bytes + at, length);
    CHECK(ring.end == base + at && ring.end - ring.oldest <= SIZE);
    if (rand() % 16 == 0) CHECK(agrees(&ring, bytes, streams, base));
  }
  CHECK(agrees(&ring, bytes, streams, base));
  ring_close(&ring);
}

TEST("streams that alternate byte by byte make the ring remember less, never wrongly") {
  static uint8_t bytes[SIZE * 2], streams[SIZE * 2];
  struct ring ring;
  CHECK(ring_open(&ring, SIZE, 0) == 0);
  for (size_t at = 0; at < sizeof bytes; at++) {
    bytes[at] = (uint8_t)(at * 7);
    streams[at] = at & 1 ? STREAM_STDERR : STREAM_STDOUT;
    CHECK(push(&ring, RING_KEEP_NOTHING, streams[at], bytes + at, 1) == 1);
  }
  CHECK(ring.end - ring.oldest == ring.run_capacity);
  CHECK(agrees(&ring, bytes, streams, 0));
  ring_close(&ring);
}

TEST("bytes that have to be kept are never overwritten, and room comes back as they are let go") {
  static uint8_t bytes[SIZE * 2], streams[SIZE * 2];
  memset(streams, STREAM_STDOUT, sizeof streams);
  struct ring ring;
  CHECK(ring_open(&ring, SIZE, 0) == 0);
  CHECK(push(&ring, 0, STREAM_STDOUT, bytes, SIZE + 5) == SIZE);
  CHECK(push(&ring, 0, STREAM_STDOUT, bytes, 1) == 0);
  CHECK(push(&ring, 100, STREAM_STDOUT, bytes + SIZE, 1000) == 100);
  CHECK(ring.oldest == 100 && agrees(&ring, bytes, streams, 0));
  CHECK(push(&ring, ring.end, STREAM_STDOUT, bytes, SIZE * 2) == SIZE);
  ring_close(&ring);
}

TEST("a full table of runs also holds back what has to be kept") {
  struct ring ring;
  CHECK(ring_open(&ring, SIZE, 0) == 0);
  const uint8_t byte = 'x';
  for (unsigned i = 0; i < ring.run_capacity; i++) CHECK(push(&ring, 0, i & 1 ? STREAM_STDERR : STREAM_STDOUT, &byte, 1) == 1);
  CHECK(push(&ring, 0, STREAM_STDOUT, &byte, 1) == 0);
  CHECK(push(&ring, 1, STREAM_STDOUT, &byte, 1) == 1);
  CHECK(ring.oldest == 1);
  ring_close(&ring);
}

TEST("a ring whose size is no power of two, too small or too large is refused") {
  struct ring ring;
  static const uint32_t sizes[] = {0, 1, 2048, 5000, RING_MAX_BYTES * 2u, UINT32_MAX};
  for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) CHECK(ring_open(&ring, sizes[i], 0) == -1 && errno == EINVAL);
}
