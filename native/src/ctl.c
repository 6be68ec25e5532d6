#include "ctl.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "conn.h"
#include "message.h"
#include "start.h"

/* The state of 1024 sessions fits; an agent that reads nothing for longer has to connect anew. */
enum { MOST_UNSENT = 512 * 1024, MOST_CONNECTIONS = 32 };
enum { STATE_HEAD_BYTES = 18, STATE_SESSION_BYTES = 1 + SESSION_ID_BYTES + 4 * 4 + 3 * 8 + 2 * 2 };

struct control {
  struct conn conn;
  struct control *next;
};

static struct control *controls;
static unsigned count;

static void gone(struct conn *conn) {
  struct control **link = &controls;
  while (&(*link)->conn != conn) link = &(*link)->next;
  *link = (*link)->next;
  count--;
}

/* ---- to the agent ---- */

static void send_exit(struct conn *conn, const struct session *session) {
  uint8_t bytes[MESSAGE_EXIT_BYTES];
  struct writer w = {.bytes = bytes, .capacity = sizeof bytes};
  message_put_exit(&w, session);
  conn_send_bytes(conn, FRAME_EXIT, session->ring.end, bytes, w.length);
}

static bool told(const struct session *session) { return !session->acknowledged || !session->id[0]; }

static void put_session(struct writer *w, const struct session *session) {
  message_put_id(w, session->id);
  put_u32(w, session_flags(session));
  put_u32(w, (uint32_t)session->pid);
  put_u32(w, (uint32_t)session->code);
  put_u32(w, session->signal);
  put_u64(w, session->finished);
  put_u64(w, session->ring.end);
  put_u64(w, session->ring.oldest);
  put_u16(w, session->rows);
  put_u16(w, session->columns);
}

static void send_state(struct conn *conn, uint64_t request) {
  size_t capacity = STATE_HEAD_BYTES + session_count() * STATE_SESSION_BYTES;
  struct writer w = {.bytes = malloc(capacity), .capacity = capacity};
  const struct session *init = session_find("");
  if (!w.bytes || !init) {
    free(w.bytes);
    conn_send_error(conn, request, ENOMEM, "no memory for the list of sessions");
    return;
  }
  uint16_t sessions = 0;
  for (const struct session *session = session_first(); session; session = session->next) sessions += told(session);
  put_u32(&w, (uint32_t)init->pid);
  put_u32(&w, init->status);
  put_u64(&w, start_time());
  put_u16(&w, sessions);
  for (const struct session *session = session_first(); session; session = session->next)
    if (told(session)) put_session(&w, session);
  conn_send_bytes(conn, FRAME_STATE, request, w.bytes, w.length);
  free(w.bytes);
}

static void send_fail(struct conn *conn, uint64_t request, const struct fail *fail) {
  uint8_t bytes[FAIL_ENCODED_BYTES];
  conn_send_bytes(conn, FRAME_ERROR, request, bytes, fail_encode(fail, bytes));
}

static void send_pid(struct conn *conn, uint64_t request, pid_t pid) {
  uint8_t bytes[4];
  struct writer w = {.bytes = bytes, .capacity = sizeof bytes};
  put_u32(&w, (uint32_t)pid);
  conn_send_bytes(conn, FRAME_ACK, request, bytes, w.length);
}

void ctl_started(void) {
  for (struct control *control = controls, *next; control; control = next) {
    next = control->next;
    send_state(&control->conn, 0);
  }
}

void ctl_start_failed(const struct fail *fail) {
  for (struct control *control = controls, *next; control; control = next) {
    next = control->next;
    send_fail(&control->conn, 0, fail);
    if (!control->conn.closed) conn_end(&control->conn);
  }
}

static void tell_all(const struct session *session) {
  for (struct control *control = controls, *next; control; control = next) {
    next = control->next;
    send_exit(&control->conn, session);
  }
}

void ctl_tell_exits(void) {
  for (struct session *session = session_first(); session; session = session->next) {
    if (!session->ended || session->told) continue;
    session->told = true;
    tell_all(session);
  }
}

void ctl_answer_exec(uint64_t serial, uint64_t request, pid_t pid, const struct fail *fail) {
  struct control *control = controls;
  while (control && control->conn.serial != serial) control = control->next;
  if (!control) return;
  if (fail) send_fail(&control->conn, request, fail);
  else send_pid(&control->conn, request, pid);
}

/* ---- from the agent ---- */

static void take_exec(struct conn *conn, uint64_t request, const struct message *message) {
  int helper = conn->fds[0], plan = conn->fds[1];
  conn->fds[0] = conn->fds[1] = -1;
  struct session *known = session_find(message->id);
  if (known && known->start) {
    start_wait_too(known, conn->serial, request);
  } else if (known) {
    send_pid(conn, request, known->pid);
  } else if (!message->id[0]) {
    conn_send_error(conn, request, EINVAL, "an exec session needs an id");
  } else if (plan < 0) {
    conn_send_error(conn, request, EBADF, "an exec frame must bring two descriptors, the helper and the plan");
  } else {
    struct fail fail = {0};
    struct exec_request exec = {.id = message->id, .flags = message->flags, .rows = message->rows, .columns = message->columns,
                                .ring_bytes = message->ring_bytes, .helper = helper, .plan = plan,
                                .serial = conn->serial, .request = request};
    if (start_exec(&exec, &fail) < 0) send_fail(conn, request, &fail);
  }
  if (helper >= 0) close(helper);
  if (plan >= 0) close(plan);
}

static void acknowledge(struct session *session) {
  session->acknowledged = true;
  session_touch(session);
}

static int obey(struct session *session, uint8_t type, const struct message *message) {
  switch (type) {
  case FRAME_SIGNAL:
    return session_signal(session, message->signal);
  case FRAME_RESIZE:
    session_resize(session, message->rows, message->columns);
    return 0;
  case FRAME_CLOSE:
    session_release(session);
    return 0;
  default: /* FRAME_ACK: message_control lets nothing else through */
    if (session->ended) acknowledge(session);
    errno = EBUSY;
    return session->ended ? 0 : -1;
  }
}

static bool take_frame(struct conn *conn, const struct frame_header *header, const uint8_t *payload) {
  struct message message;
  if (!message_control(header, payload, &message)) {
    conn_send_error(conn, header->offset, EPROTO, "a frame that no agent sends");
    return false;
  }
  if (header->type == FRAME_STATE) {
    send_state(conn, header->offset);
    return true;
  }
  if (header->type == FRAME_EXEC) {
    take_exec(conn, header->offset, &message);
    return true;
  }
  struct session *session = session_find(message.id);
  if (!session) {
    /* Whoever acknowledges twice, after a lost answer, has what it wants. */
    if (header->type == FRAME_ACK) conn_send_bytes(conn, FRAME_ACK, header->offset, NULL, 0);
    else conn_send_error(conn, header->offset, ESRCH, "no session of this id");
    return true;
  }
  if (obey(session, header->type, &message) == 0) conn_send_bytes(conn, FRAME_ACK, header->offset, NULL, 0);
  else conn_send_error(conn, header->offset, errno, strerrordesc_np(errno));
  return true;
}

static long take_input(struct conn *conn, uint64_t offset, const uint8_t *bytes, size_t length) {
  (void)bytes, (void)length;
  conn_send_error(conn, offset, EPROTO, "a frame that no agent sends");
  return -1;
}

static void drained(struct conn *conn) { (void)conn; }

static const struct conn_kind kind = {
    .frame = take_frame, .input = take_input, .drained = drained, .gone = gone, .most_unsent = MOST_UNSENT};

void ctl_accept(int fd) {
  struct control *control = count < MOST_CONNECTIONS ? calloc(1, sizeof *control) : NULL;
  if (!control) {
    close(fd);
    return;
  }
  control->next = controls;
  controls = control;
  count++;
  if (conn_open(&control->conn, &kind, fd) < 0) {
    close(fd);
    controls = control->next;
    count--;
    free(control);
    return;
  }
  for (const struct session *session = session_first(); session; session = session->next)
    if (session->ended && !session->acknowledged) send_exit(&control->conn, session);
}

bool ctl_unsent(void) {
  for (const struct control *control = controls; control; control = control->next)
    if (control->conn.unsent_length > 0) return true;
  return false;
}

void ctl_close_all(void) {
  while (controls) conn_close(&controls->conn);
}
