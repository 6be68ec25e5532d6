#include "input.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "frame.h"

bool input_has_room(const struct client *client) { return client->used < FRAME_INPUT_WINDOW; }

/* Clients are kept in the order they were last heard of: the newest first. */
struct client *input_client(struct input *input, uint64_t id) {
  struct client **link = &input->clients, **oldest = NULL;
  unsigned count = 0;
  for (; *link && (*link)->id != id; link = &(*link)->next, count++)
    if (!(*link)->connected && (*link)->used == 0) oldest = link;
  struct client *client = *link;
  if (client) {
    *link = client->next;
  } else {
    if (count >= INPUT_CLIENTS && !oldest) return NULL;
    if (count >= INPUT_CLIENTS) {
      struct client *forgotten = *oldest;
      *oldest = forgotten->next;
      free(forgotten);
    }
    client = calloc(1, sizeof *client);
    if (!client) return NULL;
    client->id = id;
  }
  client->next = input->clients;
  input->clients = client;
  return client;
}

static void empty(struct client *client) {
  free(client->queue);
  client->queue = NULL;
  client->at = client->used = 0;
  client->written = client->received;
}

void input_shut(struct input *input) {
  if (input->status == INPUT_OPEN) {
    watch_set(&input->watch, 0);
    close(input->watch.fd);
  }
  input->status = INPUT_CLOSED;
  for (struct client *client = input->clients; client; client = client->next) empty(client);
}

void input_free(struct input *input) {
  input_shut(input);
  while (input->clients) {
    struct client *next = input->clients->next;
    free(input->clients);
    input->clients = next;
  }
}

/* Writes a part. Returns how much the process took; the input is shut when nobody will ever read it. */
static size_t write_some(struct input *input, const uint8_t *bytes, size_t length) {
  if (input->status != INPUT_OPEN || length == 0) return 0;
  ssize_t count;
  do count = write(input->watch.fd, bytes, length);
  while (count < 0 && errno == EINTR);
  if (count >= 0) return (size_t)count;
  if (errno != EAGAIN) input_shut(input);
  return 0;
}

static void write_queue(struct input *input, struct client *client) {
  while (client->used > 0) {
    size_t piece = FRAME_INPUT_WINDOW - client->at < client->used ? FRAME_INPUT_WINDOW - client->at : client->used;
    size_t count = write_some(input, client->queue + client->at, piece);
    if (input->status == INPUT_CLOSED || count == 0) return;
    client->at = (client->at + (uint32_t)count) % FRAME_INPUT_WINDOW;
    client->used -= (uint32_t)count;
    client->written += count;
  }
  empty(client);
}

void input_flush(struct input *input) {
  if (input->status != INPUT_OPEN) return;
  bool waiting = false, closing = false;
  for (struct client *client = input->clients; client; client = client->next) {
    if (client->used > 0) write_queue(input, client);
    waiting |= client->used > 0;
    closing |= client->closing && client->received >= client->close_at;
  }
  if (input->status != INPUT_OPEN) return;
  if (closing && !waiting) input_shut(input);
  else if (watch_set(&input->watch, waiting ? EPOLLOUT : 0) < 0) input_shut(input);
}

void input_open(struct input *input, int fd, void (*ready)(struct watch *watch, uint32_t events)) {
  input->watch = (struct watch){.fd = fd, .ready = ready};
  input->status = INPUT_OPEN;
  input_flush(input);
}

/* Returns how many of the bytes fit. */
static size_t enqueue(struct client *client, const uint8_t *bytes, size_t length) {
  if (length == 0 || (!client->queue && !(client->queue = malloc(FRAME_INPUT_WINDOW)))) return 0;
  size_t room = FRAME_INPUT_WINDOW - client->used;
  if (length > room) length = room;
  size_t end = (client->at + client->used) % FRAME_INPUT_WINDOW;
  size_t first = FRAME_INPUT_WINDOW - end < length ? FRAME_INPUT_WINDOW - end : length;
  memcpy(client->queue + end, bytes, first);
  memcpy(client->queue, bytes + first, length - first);
  client->used += (uint32_t)length;
  return length;
}

long input_take(struct input *input, struct client *client, uint64_t offset, const uint8_t *bytes, size_t length) {
  if (offset > client->received) return -1;
  uint64_t known = client->received - offset;
  if (known >= length) return (long)length;
  size_t at = (size_t)known;
  if (client->used == 0) {
    size_t count = write_some(input, bytes + at, length - at);
    at += count;
    client->received += count;
    client->written += count;
  }
  if (input->status == INPUT_CLOSED) {
    client->received += length - at;
    empty(client);
    return (long)length;
  }
  size_t queued = enqueue(client, bytes + at, length - at);
  client->received += queued;
  input_flush(input);
  return (long)(at + queued);
}

void input_end(struct input *input, struct client *client, uint64_t length) {
  if (input->terminal) return;
  client->closing = true;
  client->close_at = length;
  input_flush(input);
}
