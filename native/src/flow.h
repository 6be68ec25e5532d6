/* How much may be read from a session now: the back-pressure rules of docs/protocol.md in one pure function. */
#ifndef BOXSHIM_FLOW_H
#define BOXSHIM_FLOW_H

#include <stddef.h>
#include <stdint.h>

#include "session.h"

enum { FLOW_READ_BYTES = 64 * 1024 };

/* Bytes that may be read (0: stop reading), FLOW_READ_BYTES at most; *keep: ring bytes from this offset on must stay. */
size_t flow_room(const struct session *session, uint64_t *keep);

/* Updates session->held from what its viewers have taken (SESSION_HOLD only). */
void flow_note_taken(struct session *session);

#endif
