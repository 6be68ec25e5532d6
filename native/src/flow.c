#include "flow.h"

#include "attach.h"

/* Unsent bytes of a viewer that are covered by credit do not count: they are on their way. */
static uint64_t credit_left(const struct viewer *viewer, uint64_t end) {
  uint64_t unsent = end - viewer->position;
  return viewer->credit > unsent ? viewer->credit - unsent : 0;
}

size_t flow_room(const struct session *session, uint64_t *keep) {
  *keep = session->flags & SESSION_HOLD ? session->held : RING_KEEP_NOTHING;
  bool watched = false;
  uint64_t fastest = 0;
  for (const struct viewer *viewer = session->viewers; viewer; viewer = viewer->next) {
    if (!(viewer->flags & VIEW_OUTPUT)) continue;
    watched = true;
    uint64_t left = credit_left(viewer, session->ring.end);
    if (left > fastest) fastest = left;
    if (viewer->flags & VIEW_LOSSLESS && viewer->position < *keep) *keep = viewer->position;
  }
  size_t most = FLOW_READ_BYTES;
  /* What an ended program left in its terminal is at most the kernel's buffer: nobody's credit may hold up the exit. */
  if (session->flags & SESSION_TTY && watched && session->status != SESSION_EXITED && fastest < most) most = (size_t)fastest;
  struct iovec parts[2];
  return ring_space(&session->ring, *keep, most, parts);
}

void flow_note_taken(struct session *session) {
  if (!(session->flags & SESSION_HOLD)) return;
  uint64_t furthest = 0, slowest = UINT64_MAX;
  for (const struct viewer *viewer = session->viewers; viewer; viewer = viewer->next) {
    if (!(viewer->flags & VIEW_OUTPUT)) continue;
    if (viewer->taken > furthest) furthest = viewer->taken;
    if (viewer->flags & VIEW_LOSSLESS && viewer->taken < slowest) slowest = viewer->taken;
  }
  uint64_t taken = slowest != UINT64_MAX ? slowest : furthest;
  if (taken > session->held) session->held = taken;
}
