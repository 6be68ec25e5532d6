/* Payloads of control and attach frames (docs/protocol.md): parsed completely before anything is done with them. Pure. */
#ifndef BOXSHIM_MESSAGE_H
#define BOXSHIM_MESSAGE_H

#include <stdbool.h>
#include <stdint.h>

#include "frame.h"
#include "session.h"

/* All fields a payload may have; which ones are set depends on its type. */
struct message {
  char id[SESSION_ID_BYTES + 1];
  uint32_t flags, signal, credit, ring_bytes;
  uint16_t rows, columns;
  uint64_t client;
};

/* False when the payload is short, over-long, of a type that does not belong there, or its id or a number is out of range. */
bool message_control(const struct frame_header *header, const uint8_t *payload, struct message *message);
bool message_attach(const struct frame_header *header, const uint8_t *payload, struct message *message);

/* Payload of an exit frame: i32 code, u32 signal, u32 flags, u64 finished, id. */
void message_put_exit(struct writer *w, const struct session *session);
void message_put_id(struct writer *w, const char *id);
enum { MESSAGE_EXIT_BYTES = 4 + 4 + 4 + 8 + 1 + SESSION_ID_BYTES };

#endif
