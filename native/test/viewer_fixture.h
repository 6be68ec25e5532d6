/* A session without a process, fed by the test, and viewers that speak the protocol over socket pairs. */
#ifndef BOXSHIM_VIEWER_FIXTURE_H
#define BOXSHIM_VIEWER_FIXTURE_H

#include "attach.h"
#include "frame.h"
#include "session.h"

struct scene {
  struct session *session;
  int out, err, in; /* the process's ends; -1 when closed */
};
/* The session's id is "ab". */
struct scene scene_open(uint32_t flags, uint32_t ring_bytes);
void scene_close(struct scene *scene);
/* Writes as the process would; all of it, or until the shim stops reading. Returns how much went in. */
size_t scene_print(int fd, const char *text, size_t length);
/* Runs the loop until the shim has read up to offset `end`; false when it does not get there, or further. */
bool scene_read_until(struct scene *scene, uint64_t end);
/* The process ends with a code, its pipes closed. */
void scene_exit(struct scene *scene, int code);
/* Runs the loop until nothing is ready. */
void scene_run(void);

struct peer {
  int fd;
  uint8_t *bytes; /* received, not yet looked at */
  size_t length;
};
struct seen {
  struct frame_header header;
  uint8_t payload[FRAME_DATA_BYTES + 1]; /* NUL behind it */
};
/* A connection to attach (control: to ctl) whose hello was exchanged. */
struct peer peer_connect(bool control);
/* …and that opened the session "ab". */
struct peer peer_open(uint64_t offset, uint32_t flags, uint32_t credit, uint64_t client);
void peer_send(struct peer *peer, enum frame_type type, uint64_t offset, const void *payload, size_t length);
void peer_send_u32(struct peer *peer, enum frame_type type, uint32_t value);
void peer_send_raw(struct peer *peer, const void *bytes, size_t length);
/* The next frame; static memory. Type 0: nothing there; 255: the connection is closed. */
const struct seen *peer_next(struct peer *peer);
/* Skips to the next frame of a type (0 or 255 as above when there is none). */
const struct seen *peer_find(struct peer *peer, enum frame_type type);
/* All data payloads there are, joined, as text; static memory. */
const char *peer_data(struct peer *peer);
void peer_close(struct peer *peer);

#endif
