#include "attach.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "message.h"

/* Frames that are not data are small and bounded by what the viewer itself asked for; one cut data frame may wait too. */
enum { MOST_UNSENT = 256 * 1024, MOST_VIEWERS = 512 };

static unsigned count;
/* Connections that have not said yet which session they want are in no session's list. */
static struct viewer *strangers;

static struct viewer **list_of(const struct viewer *viewer) {
  return viewer->session ? &viewer->session->viewers : &strangers;
}

static void unlink_viewer(struct viewer *viewer) {
  struct viewer **link = list_of(viewer);
  while (*link != viewer) link = &(*link)->next;
  *link = viewer->next;
}

static void link_viewer(struct viewer *viewer) {
  struct viewer **list = list_of(viewer);
  viewer->next = *list;
  *list = viewer;
}

static void gone(struct conn *conn) {
  struct viewer *viewer = (struct viewer *)conn;
  unlink_viewer(viewer);
  count--;
  if (viewer->client) viewer->client->connected = false;
  if (viewer->session) session_touch(viewer->session);
}

void viewer_fail(struct viewer *viewer, int error, const char *text) {
  conn_send_error(&viewer->conn, 0, error, text);
  if (!viewer->conn.closed) conn_end(&viewer->conn);
}

/* ---- to the viewer ---- */

static void send_data(struct viewer *viewer) {
  const struct ring *ring = &viewer->session->ring;
  while (conn_idle(&viewer->conn) && viewer->credit > 0) {
    struct iovec parts[2];
    int stream;
    size_t most = viewer->credit < FRAME_DATA_BYTES ? (size_t)viewer->credit : FRAME_DATA_BYTES;
    size_t length = ring_peek(ring, viewer->position, most, parts, &stream);
    if (length == 0) return;
    struct frame_header header = {.type = FRAME_DATA, .stream = (uint8_t)stream, .offset = viewer->position};
    viewer->position += length;
    viewer->credit -= length;
    conn_send(&viewer->conn, header, parts, parts[1].iov_len > 0 ? 2 : 1);
  }
}

static void send_skipped(struct viewer *viewer) {
  uint8_t to[8];
  struct writer w = {.bytes = to, .capacity = sizeof to};
  put_u64(&w, viewer->session->ring.oldest);
  uint64_t from = viewer->position;
  viewer->position = viewer->session->ring.oldest;
  conn_send_bytes(&viewer->conn, FRAME_SKIPPED, from, to, w.length);
}

static void send_exit(struct viewer *viewer) {
  uint8_t bytes[MESSAGE_EXIT_BYTES];
  struct writer w = {.bytes = bytes, .capacity = sizeof bytes};
  message_put_exit(&w, viewer->session);
  viewer->exit_sent = true;
  conn_send_bytes(&viewer->conn, FRAME_EXIT, viewer->session->ring.end, bytes, w.length);
}

void viewer_pump(struct viewer *viewer) {
  const struct session *session = viewer->session;
  struct conn *conn = &viewer->conn;
  if (viewer->client && input_has_room(viewer->client)) conn_resume(conn);
  if (conn->closed || conn->ending) return;
  if (viewer->client && viewer->client->written > viewer->acknowledged) {
    viewer->acknowledged = viewer->client->written;
    conn_send_bytes(conn, FRAME_ACK, viewer->acknowledged, NULL, 0);
  }
  bool output = viewer->flags & VIEW_OUTPUT;
  if (output && conn_idle(conn) && viewer->credit > 0 && viewer->position < session->ring.oldest) send_skipped(viewer);
  if (output) send_data(viewer);
  bool all = !output || viewer->position == session->ring.end;
  if (conn_idle(conn) && session->ended && all && !viewer->exit_sent) send_exit(viewer);
}

static void drained(struct conn *conn) {
  struct viewer *viewer = (struct viewer *)conn;
  if (viewer->session) session_touch(viewer->session);
}

/* ---- from the viewer ---- */

static void send_open(struct viewer *viewer) {
  const struct session *session = viewer->session;
  uint8_t bytes[32];
  struct writer w = {.bytes = bytes, .capacity = sizeof bytes};
  put_u64(&w, session->ring.oldest);
  put_u64(&w, session->ring.end);
  put_u64(&w, viewer->client ? viewer->client->received : 0);
  put_u32(&w, session_flags(session));
  put_u16(&w, session->rows);
  put_u16(&w, session->columns);
  conn_send_bytes(&viewer->conn, FRAME_OPEN, viewer->position, bytes, w.length);
}

/* One client has one connection: a newer one takes over from one that the kernel has not yet reported as lost. */
static void take_over(struct session *session, const struct client *client) {
  for (struct viewer *viewer = session->viewers; viewer; viewer = viewer->next) {
    if (viewer->client != client) continue;
    conn_close(&viewer->conn);
    return;
  }
}

static bool open_session(struct viewer *viewer, uint64_t offset, const struct message *message) {
  struct session *session = session_find(message->id);
  if (viewer->session) {
    conn_send_error(&viewer->conn, 0, EPROTO, "this connection has opened a session already");
    return false;
  }
  if (!session || (session->acknowledged && session->id[0])) {
    conn_send_error(&viewer->conn, 0, ESRCH, "no session of this id");
    return false;
  }
  if (message->flags & VIEW_INPUT) {
    struct client *client = input_client(&session->input, message->client);
    if (!client) {
      conn_send_error(&viewer->conn, 0, EUSERS, "too many clients give input to this session");
      return false;
    }
    take_over(session, client);
    client->connected = true;
    viewer->client = client;
    viewer->acknowledged = client->written;
  }
  unlink_viewer(viewer);
  viewer->session = session;
  link_viewer(viewer);
  viewer->flags = message->flags;
  viewer->credit = message->credit;
  const struct ring *ring = &session->ring;
  viewer->position = offset > ring->end ? ring->end : offset < ring->oldest ? ring->oldest : offset;
  viewer->taken = viewer->position;
  send_open(viewer);
  session_touch(session);
  return true;
}

/* Credit comes back for bytes that were taken, so it also says how far the viewer got. */
static void add_credit(struct viewer *viewer, uint32_t credit) {
  viewer->credit += credit;
  viewer->taken += credit;
  if (viewer->taken > viewer->position) viewer->taken = viewer->position;
}

static bool take_frame(struct conn *conn, const struct frame_header *header, const uint8_t *payload) {
  struct viewer *viewer = (struct viewer *)conn;
  struct message message;
  if (!message_attach(header, payload, &message)) {
    conn_send_error(conn, 0, EPROTO, "a frame that no viewer sends");
    return false;
  }
  if (header->type == FRAME_OPEN) return open_session(viewer, header->offset, &message);
  if (header->type == FRAME_CLOSE) {
    conn_close(conn);
    return true;
  }
  if (!viewer->session) {
    conn_send_error(conn, 0, EPROTO, "the first frame after hello must be open");
    return false;
  }
  struct session *session = viewer->session;
  if (header->type == FRAME_CREDIT) add_credit(viewer, message.credit);
  if (header->type == FRAME_RESIZE) session_resize(session, message.rows, message.columns);
  if (header->type == FRAME_SIGNAL) session_signal(session, message.signal); /* ESRCH: the exit frame is on its way */
  if (header->type == FRAME_CLOSE_INPUT && viewer->client) input_end(&session->input, viewer->client, header->offset);
  session_touch(session);
  return true;
}

static long take_input(struct conn *conn, uint64_t offset, const uint8_t *bytes, size_t length) {
  struct viewer *viewer = (struct viewer *)conn;
  if (!viewer->client) {
    conn_send_error(conn, 0, EPROTO, "input on a connection that was not opened for it");
    return -1;
  }
  long taken = input_take(&viewer->session->input, viewer->client, offset, bytes, length);
  if (taken < 0) conn_send_error(conn, 0, EPROTO, "input leaves a gap behind what was accepted from this client");
  session_touch(viewer->session);
  return taken;
}

static const struct conn_kind kind = {
    .frame = take_frame, .input = take_input, .drained = drained, .gone = gone, .most_unsent = MOST_UNSENT};

void attach_accept(int fd) {
  struct viewer *viewer = count < MOST_VIEWERS ? calloc(1, sizeof *viewer) : NULL;
  if (!viewer) {
    close(fd);
    return;
  }
  count++;
  link_viewer(viewer);
  if (conn_open(&viewer->conn, &kind, fd) == 0) return;
  close(fd);
  unlink_viewer(viewer);
  count--;
  free(viewer);
}

unsigned attach_count(void) { return count; }

void attach_close_all(void) {
  while (strangers) conn_close(&strangers->conn);
  for (struct session *session = session_first(); session; session = session->next)
    while (session->viewers) conn_close(&session->viewers->conn);
}
