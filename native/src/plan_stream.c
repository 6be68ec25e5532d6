#include "plan_stream.h"

#include <errno.h>
#include <string.h>
#include <sys/mman.h>

#include "sys.h"

/* Room for the longest operation and a good piece of the next. */
#define BUFFER_BYTES (PLAN_MAX_OPERATION_BYTES + 1024 * 1024)
/* Below this much free room what is left moves to the front: as much as a pipe holds at most. */
#define ROOM_BYTES (1024 * 1024)

struct stream {
  int fd;
  uint8_t *bytes;
  size_t start, end;
};

/* Reads at least one byte. 0, or -1 with fail filled (also at the end of the stream). */
static int refill(struct stream *stream, struct fail *fail) {
  if (stream->start == stream->end) stream->start = stream->end = 0;
  if (BUFFER_BYTES - stream->end < ROOM_BYTES) {
    memmove(stream->bytes, stream->bytes + stream->start, stream->end - stream->start);
    stream->end -= stream->start;
    stream->start = 0;
  }
  ssize_t got;
  do got = read(stream->fd, stream->bytes + stream->end, BUFFER_BYTES - stream->end);
  while (got < 0 && errno == EINTR);
  if (got < 0) return fail_set(fail, errno, "plan: reading");
  if (got == 0) return fail_say(fail, EINVAL, "plan: truncated");
  stream->end += (size_t)got;
  return 0;
}

static int follow(struct stream *stream, plan_obey *obey, void *state, uint64_t *operations, struct fail *fail) {
  while (stream->end - stream->start < 8)
    if (refill(stream, fail)) return -1;
  if (plan_check_header(stream->bytes, fail)) return -1;
  stream->start = 8;
  for (struct plan_op op;;) {
    fail->index = (uint16_t)(*operations < UINT16_MAX ? *operations : UINT16_MAX);
    long taken = plan_take(stream->bytes + stream->start, stream->end - stream->start, &op, fail);
    if (taken < 0) return -1;
    if (taken == 0) {
      if (refill(stream, fail)) return -1;
      continue;
    }
    stream->start += (size_t)taken;
    if (op.code == PLAN_END) return 0;
    if (obey(state, &op, fail)) return -1;
    ++*operations;
  }
}

int plan_stream(int fd, plan_obey *obey, void *state, uint64_t *operations, struct fail *fail) {
  struct stream stream = {.fd = fd, .bytes = mmap(NULL, BUFFER_BYTES, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)};
  if (stream.bytes == MAP_FAILED) return fail_set(fail, errno, "memory");
  int failed = follow(&stream, obey, state, operations, fail);
  munmap(stream.bytes, BUFFER_BYTES);
  return failed;
}
