/*
 * Input of a session. Each client (the id a viewer opens with) has its own byte offsets and its own bounded queue, so that repeats after
 * a lost connection are dropped and no client can hold up another. A client that keeps to its window never fills its queue.
 */
#ifndef BOXSHIM_INPUT_H
#define BOXSHIM_INPUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "loop.h"

struct client {
  struct client *next;
  uint64_t id;
  uint64_t received;   /* offset up to which its input is queued or written: what it need not send again */
  uint64_t written;    /* offset up to which the process has it: what is acknowledged */
  uint8_t *queue;      /* FRAME_INPUT_WINDOW bytes, NULL while empty */
  uint32_t at, used;
  bool closing;        /* it said that its input ends at close_at */
  uint64_t close_at;
  bool connected;
};

enum input_status { INPUT_WAITING, INPUT_OPEN, INPUT_CLOSED };

struct input {
  struct watch watch; /* write end of the pipe, or a duplicate of the terminal's master */
  enum input_status status;
  bool terminal;      /* set before anything else; a terminal's input is never closed by a client */
  struct client *clients;
};

/* Clients remembered per session: the longest unheard one without a connection is forgotten first. */
enum { INPUT_CLIENTS = 64 };

/* The client's record, made if new. NULL when there is no memory or INPUT_CLIENTS are connected. */
struct client *input_client(struct input *input, uint64_t id);

/* The descriptor is there (takes it over, non-blocking); what waited is written. `ready` is called when it can be written to. */
void input_open(struct input *input, int fd, void (*ready)(struct watch *watch, uint32_t events));
/* No more input: what is queued or comes is dropped (and counts as written: its sender need not wait). Closes the descriptor. */
void input_shut(struct input *input);
void input_free(struct input *input);

/*
 * Bytes of a client that start at its offset `offset`. Returns how many were taken (repeats are; fewer than `length` when its queue is
 * full), or -1 when there is a gap before them.
 */
long input_take(struct input *input, struct client *client, uint64_t offset, const uint8_t *bytes, size_t length);
/* The client's input ends at `length`; a pipe is closed once everything before it is written, a terminal never. */
void input_end(struct input *input, struct client *client, uint64_t length);
/* Writes what the descriptor takes and waits for it to take more. */
void input_flush(struct input *input);
bool input_has_room(const struct client *client);

#endif
