#include "crilog.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "frame.h"
#include "segments.h"
#include "timestamp.h"

/* `<timestamp> stdout F `: what stands before the text of a record. */
enum { PREFIX_BYTES = TIMESTAMP_BYTES + sizeof " stdout F " - 1, TAG_AT = PREFIX_BYTES - 2 };
/* The memory that stays with a quiet box. */
enum { TIDY_BYTES = 4096 };

struct prefix {
  char text[PREFIX_BYTES];
};

int crilog_open(struct crilog *log) {
  log->fd = -1;
  log->buffer = mmap(NULL, CRILOG_BUFFER_BYTES, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (log->buffer != MAP_FAILED) return 0;
  log->buffer = NULL;
  return -1;
}

static void start_prefix(struct prefix *prefix, int stream, uint64_t time) {
  timestamp_format(time, prefix->text);
  memcpy(prefix->text + TIMESTAMP_BYTES, stream == STREAM_STDERR ? " stderr F " : " stdout F ", PREFIX_BYTES - TIMESTAMP_BYTES);
}

static void close_segment(struct crilog *log) {
  if (log->fd >= 0) close(log->fd);
  log->fd = -1;
}

static bool open_segment(struct crilog *log) {
  if (log->fd >= 0) return true;
  /* Sequence numbers of segments that are there already are passed over, never their bytes. */
  while ((log->fd = segment_create(log->directory, log->sequence, log->offset)) < 0 && errno == EEXIST) log->sequence++;
  if (log->fd < 0) return false;
  segments_remove_older(log->directory, log->sequence, log->segment_count);
  log->sequence++;
  log->written = 0;
  return true;
}

/* Writes the buffer out whole or, when that fails, leaves the segment as it was and counts what the buffer held as lost. */
static bool flush(struct crilog *log) {
  if (log->used == 0) return true;
  size_t done = 0;
  bool opened = open_segment(log);
  while (opened && done < log->used) {
    ssize_t count = write(log->fd, log->buffer + done, log->used - done);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) break;
    done += (size_t)count;
  }
  bool whole = done == log->used;
  if (whole) {
    log->written += done;
    log->lost -= log->buffered_gap;
    log->offset += log->buffered + log->buffered_gap;
  } else {
    /* A cut record must not stand before others: where it cannot be cut off, a new segment goes on. */
    if (done > 0 && ftruncate(log->fd, (off_t)log->written) < 0) close_segment(log);
    log->lost += log->buffered;
  }
  log->used = 0;
  log->buffered = 0;
  log->buffered_gap = 0;
  return whole;
}

/* Makes room for a record of `length` bytes, in the buffer and in the segment. False when writing failed. */
static bool make_room(struct crilog *log, size_t length) {
  if (log->used + length > CRILOG_BUFFER_BYTES && !flush(log)) return false;
  uint64_t segment = (log->fd >= 0 ? log->written : 0) + log->used;
  if (segment == 0 || segment + length <= log->segment_bytes) return true;
  bool whole = flush(log);
  close_segment(log);
  log->time = 0;
  return whole;
}

/* The time for a record: `now`, but never before that of a record in the same segment. */
static uint64_t forward(struct crilog *log, uint64_t now) {
  if (now > log->time) log->time = now;
  return log->time;
}

static void put(struct crilog *log, const void *bytes, size_t length) {
  memcpy(log->buffer + log->used, bytes, length);
  log->used += length;
}

/* A gap record goes before anything else once something was lost; it stays pending while writing fails. */
static void put_gap(struct crilog *log, uint64_t now) {
  char number[24];
  size_t digits = (size_t)snprintf(number, sizeof number, "%llu\n", (unsigned long long)log->lost);
  make_room(log, PREFIX_BYTES + digits);
  struct prefix prefix;
  start_prefix(&prefix, STREAM_STDOUT, forward(log, now));
  prefix.text[TAG_AT] = 'G';
  put(log, prefix.text, PREFIX_BYTES);
  put(log, number, digits);
  log->buffered_gap = log->lost;
}

/* A piece of a chunk: the bytes from `at` on, which may go on in the second part. */
struct cursor {
  const uint8_t *bytes, *next;
  size_t length, next_length;
};

static void advance(struct cursor *cursor, size_t length) {
  if (length < cursor->length) {
    cursor->bytes += length;
    cursor->length -= length;
    return;
  }
  length -= cursor->length;
  *cursor = (struct cursor){.bytes = cursor->next + length, .length = cursor->next_length - length};
}

/* Bytes before the next newline, CRILOG_TEXT_BYTES at most; *newline says whether one follows. */
static size_t text_length(const struct cursor *cursor, bool *newline) {
  size_t most = CRILOG_TEXT_BYTES;
  size_t first = cursor->length < most + 1 ? cursor->length : most + 1;
  const uint8_t *found = memchr(cursor->bytes, '\n', first);
  *newline = true;
  if (found) return (size_t)(found - cursor->bytes);
  size_t second = cursor->next_length < most + 1 - first ? cursor->next_length : most + 1 - first;
  found = second > 0 ? memchr(cursor->next, '\n', second) : NULL;
  if (found) return first + (size_t)(found - cursor->next);
  *newline = false;
  return first + second < most ? first + second : most;
}

static void put_text(struct crilog *log, const struct cursor *cursor, size_t length) {
  size_t first = length < cursor->length ? length : cursor->length;
  put(log, cursor->bytes, first);
  if (length > first) put(log, cursor->next, length - first);
}

void crilog_write(struct crilog *log, int stream, const struct iovec parts[2], uint64_t now) {
  if (log->directory < 0) return;
  if (log->lost > 0) put_gap(log, now);
  struct prefix prefix;
  start_prefix(&prefix, stream, forward(log, now));
  struct cursor cursor = {parts[0].iov_base, parts[1].iov_base, parts[0].iov_len, parts[1].iov_len};
  while (cursor.length + cursor.next_length > 0) {
    bool newline;
    size_t length = text_length(&cursor, &newline);
    if (!make_room(log, PREFIX_BYTES + length + 1)) {
      log->lost += cursor.length + cursor.next_length;
      return;
    }
    if (log->time == 0) start_prefix(&prefix, stream, forward(log, now)); /* first of its segment */
    prefix.text[TAG_AT] = newline ? 'F' : 'P';
    put(log, prefix.text, PREFIX_BYTES);
    put_text(log, &cursor, length);
    log->buffer[log->used++] = '\n';
    log->buffered += length + newline;
    advance(&cursor, length + newline);
  }
  flush(log);
}

void crilog_mend(struct crilog *log, uint64_t now) {
  if (log->directory < 0 || log->lost == 0) return;
  put_gap(log, now);
  flush(log);
}

void crilog_tidy(struct crilog *log) {
  if (log->buffer) madvise(log->buffer + TIDY_BYTES, CRILOG_BUFFER_BYTES - TIDY_BYTES, MADV_DONTNEED);
}
