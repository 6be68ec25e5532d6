/*
 * One connection on a shim socket: frames in, frames out, never blocking. What the frames mean is the business of ctl.c and attach.c.
 * Rubbish, or a peer that does not take what it is sent, ends that connection and nothing else.
 */
#ifndef BOXSHIM_CONN_H
#define BOXSHIM_CONN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/uio.h>

#include "frame.h"
#include "loop.h"

enum {
  /* The longest payload of any frame but `input` (whose bytes are passed on as they come): a hello with its build string. */
  CONN_PAYLOAD_BYTES = 1024,
  CONN_FDS = 2,
};

struct conn;

struct conn_kind {
  /* One whole frame other than input. False: it was rubbish, the connection is closed (after an error frame if one was sent). */
  bool (*frame)(struct conn *conn, const struct frame_header *header, const uint8_t *payload);
  /* A piece of an input frame that starts at `offset`. Returns how much was taken; less than `length` stops reading. -1: rubbish. */
  long (*input)(struct conn *conn, uint64_t offset, const uint8_t *bytes, size_t length);
  /* Everything queued was sent: more may be. */
  void (*drained)(struct conn *conn);
  /* The connection is being closed; the struct is freed after this round. */
  void (*gone)(struct conn *conn);
  /* Unsent bytes at which a peer that does not read is dropped. */
  size_t most_unsent;
};

struct conn {
  struct watch watch;
  const struct conn_kind *kind;
  uint64_t serial;         /* never used twice: what a later answer is addressed to */
  bool greeted, closed;
  bool ending;             /* closed as soon as everything queued was sent */
  bool stalled;            /* the last input was not taken whole: nothing is read */
  uint8_t *rest;           /* received, not yet understood */
  size_t rest_length;
  uint64_t input_offset;   /* inside an input frame: where its next byte goes, and how many follow */
  uint32_t input_left;
  uint8_t *unsent;
  size_t unsent_at, unsent_length;
  int fds[CONN_FDS];       /* received, not yet taken; -1 when none */
};

/* Takes over `fd` and sends our hello. 0, or -1 with errno (fd then stays the caller's). `conn` comes from calloc. */
int conn_open(struct conn *conn, const struct conn_kind *kind, int fd);
/* Closes at once. */
void conn_close(struct conn *conn);
/* Closes once everything queued is sent. */
void conn_end(struct conn *conn);
/* Input can be taken again. Not from within a callback of a connection: what is being understood lies in shared memory. */
void conn_resume(struct conn *conn);

/* True when nothing is queued: the moment to send data. */
static inline bool conn_idle(const struct conn *conn) { return conn->unsent_length == 0 && !conn->closed && !conn->ending; }

/* Sends a frame, or queues what the socket does not take. `parts` may be NULL; the header's length is set from them. */
void conn_send(struct conn *conn, struct frame_header header, const struct iovec *parts, int count);
void conn_send_bytes(struct conn *conn, enum frame_type type, uint64_t offset, const void *payload, size_t length);
/* An error frame that is no plan's: `text` says what and why. */
void conn_send_error(struct conn *conn, uint64_t offset, int error, const char *text);

#endif
