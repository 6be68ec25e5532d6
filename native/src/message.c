#include "message.h"

#include <string.h>

enum { HIGHEST_SIGNAL = 64, EXIT_OOM = 1 };

/* Ids are hexadecimal, so that they may stand anywhere: in exit.json, in messages. */
static void get_id(struct reader *r, char id[SESSION_ID_BYTES + 1]) {
  uint8_t length = get_u8(r);
  const uint8_t *bytes = length <= SESSION_ID_BYTES ? get_bytes(r, length) : NULL;
  if (!bytes) {
    r->failed = true;
    return;
  }
  memcpy(id, bytes, length);
  id[length] = 0;
  if (strspn(id, "0123456789abcdef") != length) r->failed = true;
}

static bool whole(const struct reader *r) { return !r->failed && r->at == r->length; }

static bool get_signal(struct reader *r, struct message *message) {
  message->signal = get_u32(r);
  return message->signal <= HIGHEST_SIGNAL;
}

static void get_size(struct reader *r, struct message *message) {
  message->rows = get_u16(r);
  message->columns = get_u16(r);
}

bool message_control(const struct frame_header *header, const uint8_t *payload, struct message *message) {
  struct reader r = {.bytes = payload, .length = header->length};
  *message = (struct message){0};
  switch (header->type) {
  case FRAME_STATE:
    break;
  case FRAME_SIGNAL:
    if (!get_signal(&r, message)) return false;
    get_id(&r, message->id);
    break;
  case FRAME_RESIZE:
    get_size(&r, message);
    get_id(&r, message->id);
    break;
  case FRAME_EXEC:
    message->flags = get_u32(&r);
    get_size(&r, message);
    message->ring_bytes = get_u32(&r);
    get_id(&r, message->id);
    break;
  case FRAME_ACK:
  case FRAME_CLOSE:
    get_id(&r, message->id);
    break;
  default:
    return false;
  }
  return whole(&r);
}

bool message_attach(const struct frame_header *header, const uint8_t *payload, struct message *message) {
  struct reader r = {.bytes = payload, .length = header->length};
  *message = (struct message){0};
  switch (header->type) {
  case FRAME_OPEN:
    message->flags = get_u32(&r);
    message->credit = get_u32(&r);
    message->client = get_u64(&r);
    get_id(&r, message->id);
    break;
  case FRAME_CREDIT:
    message->credit = get_u32(&r);
    break;
  case FRAME_RESIZE:
    get_size(&r, message);
    break;
  case FRAME_SIGNAL:
    if (!get_signal(&r, message)) return false;
    break;
  case FRAME_CLOSE_INPUT:
  case FRAME_CLOSE:
    break;
  default:
    return false;
  }
  return whole(&r);
}

void message_put_id(struct writer *w, const char *id) {
  size_t length = strlen(id);
  put_u8(w, (uint8_t)length);
  put_bytes(w, id, length);
}

void message_put_exit(struct writer *w, const struct session *session) {
  put_u32(w, (uint32_t)session->code);
  put_u32(w, session->signal);
  put_u32(w, session->oom ? EXIT_OOM : 0);
  put_u64(w, session->finished);
  message_put_id(w, session->id);
}
