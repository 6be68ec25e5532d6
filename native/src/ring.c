#include "ring.h"

#include <errno.h>
#include <sys/mman.h>

#include "frame.h"

/* One run for each 64 bytes on average; output that changes streams more often keeps fewer bytes, never wrong ones. */
enum { BYTES_PER_RUN = 64 };

static void *map(size_t length) {
  void *memory = mmap(NULL, length, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  return memory == MAP_FAILED ? NULL : memory;
}

int ring_open(struct ring *ring, uint32_t size, uint64_t offset) {
  if (size < RING_MIN_BYTES || size > RING_MAX_BYTES || (size & (size - 1)) != 0) {
    errno = EINVAL;
    return -1;
  }
  *ring = (struct ring){.size = size, .oldest = offset, .end = offset, .run_capacity = size / BYTES_PER_RUN};
  ring->bytes = map(size);
  if (ring->bytes) ring->runs = map(ring->run_capacity * sizeof *ring->runs);
  if (ring->runs) return 0;
  ring_close(ring);
  errno = ENOMEM;
  return -1;
}

void ring_close(struct ring *ring) {
  if (ring->bytes) munmap(ring->bytes, ring->size);
  if (ring->runs) munmap(ring->runs, ring->run_capacity * sizeof *ring->runs);
  ring->bytes = NULL;
  ring->runs = NULL;
}

static size_t pieces(const struct ring *ring, uint64_t offset, size_t length, struct iovec parts[2]) {
  size_t at = (size_t)(offset & (ring->size - 1));
  size_t first = length < ring->size - at ? length : ring->size - at;
  parts[0] = (struct iovec){.iov_base = ring->bytes + at, .iov_len = first};
  parts[1] = (struct iovec){.iov_base = ring->bytes, .iov_len = length - first};
  return length;
}

static uint64_t run_at(const struct ring *ring, uint64_t index) { return ring->runs[index & (ring->run_capacity - 1)]; }

static bool runs_full(const struct ring *ring) { return ring->run_end - ring->first_run == ring->run_capacity; }

size_t ring_space(const struct ring *ring, uint64_t keep, size_t most, struct iovec parts[2]) {
  size_t room = ring->size;
  if (keep < ring->end) {
    uint64_t kept = ring->end - (keep < ring->oldest ? ring->oldest : keep);
    room = ring->size - (size_t)kept;
    /* The next run may need the place of the oldest one, and its bytes with it. */
    if (runs_full(ring) && run_at(ring, ring->first_run) >> 1 > keep) room = 0;
  }
  return pieces(ring, ring->end, room < most ? room : most, parts);
}

void ring_commit(struct ring *ring, int stream, size_t length) {
  if (length == 0) return;
  uint64_t bit = stream == STREAM_STDERR;
  ring->end += length;
  if (ring->end - ring->oldest > ring->size) ring->oldest = ring->end - ring->size;

  bool same = ring->run_end > ring->first_run && (run_at(ring, ring->run_end - 1) & 1) == bit;
  if (same) ring->run_end--;
  if (runs_full(ring)) {
    uint64_t dropped = run_at(ring, ring->first_run++) >> 1;
    if (dropped > ring->oldest) ring->oldest = dropped;
  }
  ring->runs[ring->run_end++ & (ring->run_capacity - 1)] = ring->end << 1 | bit;
  while (run_at(ring, ring->first_run) >> 1 <= ring->oldest) ring->first_run++;
}

size_t ring_peek(const struct ring *ring, uint64_t offset, size_t most, struct iovec parts[2], int *stream) {
  if (offset < ring->oldest || offset >= ring->end) return 0;
  /* The first run that ends after `offset`. */
  uint64_t low = ring->first_run, high = ring->run_end - 1;
  while (low < high) {
    uint64_t middle = low + (high - low) / 2;
    if (run_at(ring, middle) >> 1 > offset) high = middle;
    else low = middle + 1;
  }
  uint64_t run = run_at(ring, low);
  uint64_t length = (run >> 1) - offset;
  *stream = run & 1 ? STREAM_STDERR : STREAM_STDOUT;
  return pieces(ring, offset, length < most ? (size_t)length : most, parts);
}
