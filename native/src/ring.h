/* The last bytes a session printed, of both streams in the order read, each byte under its offset (docs/protocol.md). */
#ifndef BOXSHIM_RING_H
#define BOXSHIM_RING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/uio.h>

struct ring {
  uint8_t *bytes; /* mapped lazily: untouched parts cost nothing */
  uint32_t size;  /* a power of two */
  uint64_t oldest, end;
  /* Which stream the bytes belong to: entry i of the circle says `end << 1 | is stderr` of one unbroken run. */
  uint64_t *runs;
  uint32_t run_capacity; /* a power of two */
  uint64_t first_run, run_end;
};

enum { RING_MIN_BYTES = 4096, RING_MAX_BYTES = 64 * 1024 * 1024 };

/* Sizes that are no power of two between the limits are refused (EINVAL). `offset` is that of the first byte. 0, or -1 with errno. */
int ring_open(struct ring *ring, uint32_t size, uint64_t offset);
void ring_close(struct ring *ring);

#define RING_KEEP_NOTHING UINT64_MAX
/*
 * Where the next bytes go: up to `most` bytes that may be overwritten, none of them at or after offset `keep`.
 * Returns their number and the one or two pieces of memory. ring_commit says how many were written.
 */
size_t ring_space(const struct ring *ring, uint64_t keep, size_t most, struct iovec parts[2]);
void ring_commit(struct ring *ring, int stream, size_t length);

/*
 * Bytes from `offset` (oldest ≤ offset ≤ end) on, at most `most`, all of one stream.
 * Returns their number (0: nothing there), the pieces and the stream.
 */
size_t ring_peek(const struct ring *ring, uint64_t offset, size_t most, struct iovec parts[2], int *stream);

#endif
