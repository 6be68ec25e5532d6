#include "session.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "attach.h"
#include "flow.h"
#include "frame.h"

/* After the deadline so much is still taken from a pipe that others hold: all that can lie in it (/proc/sys/fs/pipe-max-size). */
enum { DRAIN_BYTES = 1024 * 1024 };
enum { FLAG_INPUT_CLOSED = 256, FLAG_EXITED = 512 };

static struct session *sessions;
static unsigned count;

static void output_ready(struct watch *watch, uint32_t events);

struct session *session_new(const char *id, uint32_t flags, uint32_t ring_bytes, uint64_t offset) {
  struct session *session = calloc(1, sizeof *session);
  if (!session) return NULL;
  if (ring_open(&session->ring, ring_bytes, offset) < 0) {
    free(session);
    return NULL;
  }
  strncpy(session->id, id, SESSION_ID_BYTES);
  session->flags = flags;
  session->held = offset;
  session->slave = -1;
  session->code = -1;
  session->input.terminal = flags & SESSION_TTY;
  session->input.status = flags & SESSION_STDIN ? INPUT_WAITING : INPUT_CLOSED;
  for (int i = 0; i < 2; i++)
    session->outputs[i] = (struct output){
        .watch = {.fd = -1, .ready = output_ready}, .session = session, .stream = i == 0 ? STREAM_STDOUT : STREAM_STDERR};
  session->next = sessions;
  sessions = session;
  count++;
  return session;
}

struct session *session_first(void) { return sessions; }
unsigned session_count(void) { return count; }

struct session *session_find(const char *id) {
  struct session *session = sessions;
  while (session && strcmp(session->id, id) != 0) session = session->next;
  return session;
}

struct session *session_by_pid(pid_t pid) {
  struct session *session = sessions;
  while (session && (session->pid != pid || session->reaped)) session = session->next;
  return session;
}

static void close_output(struct output *output) {
  if (output->watch.fd < 0) return;
  watch_set(&output->watch, 0);
  close(output->watch.fd);
  output->watch.fd = -1;
}

static void close_slave(struct session *session) {
  if (session->slave >= 0) close(session->slave);
  session->slave = -1;
}

void session_free(struct session *session) {
  struct session **link = &sessions;
  while (*link != session) link = &(*link)->next;
  *link = session->next;
  count--;
  while (session->viewers) conn_close(&session->viewers->conn);
  for (int i = 0; i < 2; i++) close_output(&session->outputs[i]);
  close_slave(session);
  input_free(&session->input);
  ring_close(&session->ring);
  /* Its watches are not at its start, so it may go only when no event of this round can name them: they were taken out above, and
     free_later keeps the memory until then. */
  free_later(session);
}

/* ---- streams ---- */

static int make_pipe(struct output *output, int *child) {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) < 0) return -1;
  *child = ends[1];
  output->watch.fd = ends[0];
  return fcntl(ends[0], F_SETFL, O_NONBLOCK);
}

static void input_ready(struct watch *watch, uint32_t events) {
  (void)events;
  struct session *session = (struct session *)((char *)watch - offsetof(struct session, input.watch));
  input_flush(&session->input);
  session_touch(session);
}

int session_streams(struct session *session, int null, struct launch_streams *child) {
  *child = (struct launch_streams){-1, -1, -1};
  if (session->flags & SESSION_TTY) return 0;
  child->in = null;
  if (session->flags & SESSION_STDIN) {
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) < 0 || fcntl(ends[1], F_SETFL, O_NONBLOCK) < 0) return -1;
    child->in = ends[0];
    input_open(&session->input, ends[1], input_ready);
  }
  if (make_pipe(&session->outputs[0], &child->out) < 0) return -1;
  return make_pipe(&session->outputs[1], &child->err);
}

void session_streams_close(struct launch_streams *child, int null) {
  if (child->in >= 0 && child->in != null) close(child->in);
  if (child->out >= 0) close(child->out);
  if (child->err >= 0) close(child->err);
  *child = (struct launch_streams){-1, -1, -1};
}

static void set_size(struct session *session) {
  struct winsize size = {.ws_row = session->rows, .ws_col = session->columns};
  if (session->outputs[0].watch.fd >= 0 && session->rows > 0 && session->columns > 0)
    ioctl(session->outputs[0].watch.fd, TIOCSWINSZ, &size);
}

static void open_slave(struct session *session) {
  close_slave(session);
  session->slave = ioctl(session->outputs[0].watch.fd, TIOCGPTPEER, O_RDWR | O_NOCTTY | O_CLOEXEC);
}

void session_master(struct session *session, int master) {
  close_output(&session->outputs[0]);
  session->outputs[0].watch.fd = master;
  fcntl(master, F_SETFL, O_NONBLOCK); /* on the open file: the duplicate for writing has it too */
  open_slave(session);
  set_size(session);
  int writing = session->input.status == INPUT_WAITING ? fcntl(master, F_DUPFD_CLOEXEC, 3) : -1;
  if (writing >= 0) input_open(&session->input, writing, input_ready);
  session_touch(session);
}

void session_resize(struct session *session, uint16_t rows, uint16_t columns) {
  session->rows = rows;
  session->columns = columns;
  set_size(session);
}

/* ---- output ---- */

/* Reads once. Returns how many bytes came; 0 when nothing was there (or nothing may be read), with the output closed at its end. */
static size_t read_output(struct output *output) {
  struct session *session = output->session;
  uint64_t keep;
  size_t room = flow_room(session, &keep);
  struct iovec parts[2];
  if (ring_space(&session->ring, keep, room, parts) == 0) return 0;
  ssize_t length;
  do length = readv(output->watch.fd, parts, parts[1].iov_len > 0 ? 2 : 1);
  while (length < 0 && errno == EINTR);
  if (length > 0) {
    size_t first = (size_t)length < parts[0].iov_len ? (size_t)length : parts[0].iov_len;
    parts[0].iov_len = first;
    parts[1].iov_len = (size_t)length - first;
    if (session->log) crilog_write(session->log, output->stream, parts, loop_realtime());
    ring_commit(&session->ring, output->stream, (size_t)length);
    return (size_t)length;
  }
  if (length < 0 && errno == EAGAIN) return 0;
  /* A terminal hangs up when nobody has it open: by vhangup, as getty does, even while its box lives and opens it anew. */
  bool hung_up = length < 0 && errno == EIO && session->status != SESSION_EXITED && session->flags & SESSION_TTY;
  if (hung_up) open_slave(session);
  if (!hung_up || session->slave < 0) close_output(output);
  return 0;
}

static void drop_output(struct output *output) {
  char bytes[4096];
  ssize_t length = read(output->watch.fd, bytes, sizeof bytes);
  if (length == 0 || (length < 0 && errno != EAGAIN && errno != EINTR)) close_output(output);
}

static void output_ready(struct watch *watch, uint32_t events) {
  (void)events;
  struct output *output = (struct output *)watch;
  if (output->done) drop_output(output);
  else read_output(output);
  session_touch(output->session);
}

/* ---- its end ---- */

void session_running(struct session *session) {
  session->status = SESSION_RUNNING;
  session_touch(session);
}

void session_exited(struct session *session, int how, int status, bool oom) {
  session->status = SESSION_EXITED;
  session->code = how == CLD_EXITED ? status : -1;
  session->signal = how == CLD_EXITED ? 0 : (uint32_t)status;
  session->oom = oom;
  session->finished = loop_realtime();
  session->drain_until = loop_now() + SESSION_DRAIN;
  input_shut(&session->input);
  close_slave(session);
  session_touch(session);
}

int session_signal(const struct session *session, uint32_t number) {
  if (session->pid == 0 || session->reaped) {
    errno = ESRCH;
    return -1;
  }
  /* It is our child and not reaped, so the number is its own. */
  return kill(session->pid, (int)number);
}

void session_release(struct session *session) {
  session->flags &= ~SESSION_HOLD;
  session_touch(session);
}

uint32_t session_flags(const struct session *session) {
  return session->flags | (session->input.status == INPUT_CLOSED ? FLAG_INPUT_CLOSED : 0) |
         (session->status == SESSION_EXITED ? FLAG_EXITED : 0);
}

/* True when no more output of the session counts: end of file, or its time is over and nothing lies in the pipes. */
static bool output_over(struct session *session) {
  bool late = loop_now() >= session->drain_until;
  bool over = true;
  for (int i = 0; i < 2; i++) {
    struct output *output = &session->outputs[i];
    if (output->watch.fd < 0) continue;
    uint64_t keep;
    size_t taken = 0, length = 1;
    while (late && output->watch.fd >= 0 && taken < DRAIN_BYTES && length > 0) taken += length = read_output(output);
    bool full = flow_room(session, &keep) == 0;
    if (output->watch.fd >= 0 && (!late || full)) over = false;
  }
  return over;
}

static void end(struct session *session) {
  session->ended = true;
  for (int i = 0; i < 2; i++) {
    /* A terminal is closed like a window; a pipe that a daemon kept is emptied until it lets go. */
    if (session->flags & SESSION_TTY) close_output(&session->outputs[i]);
    session->outputs[i].done = true;
  }
  if (session->log) crilog_mend(session->log, session->finished);
}

/* An exec session whose exit the agent stored and that nobody looks at any more. */
static bool retired(const struct session *session) {
  return session->ended && session->acknowledged && !session->viewers && session->id[0];
}

static void pump_viewers(struct session *session) {
  for (struct viewer *viewer = session->viewers, *next; viewer; viewer = next) {
    next = viewer->next;
    viewer_pump(viewer);
  }
}

static void watch_outputs(struct session *session) {
  uint64_t keep;
  bool read = session->ended || flow_room(session, &keep) > 0;
  for (int i = 0; i < 2; i++) {
    struct output *output = &session->outputs[i];
    if (output->watch.fd >= 0 && watch_set(&output->watch, read ? EPOLLIN : 0) < 0) close_output(output);
  }
}

static void settle(struct session *session) {
  session->dirty = false;
  pump_viewers(session);
  flow_note_taken(session);
  if (session->status == SESSION_EXITED && !session->ended && output_over(session)) {
    end(session);
    pump_viewers(session);
  }
  watch_outputs(session);
  if (!retired(session)) return;
  ring_close(&session->ring);
  if (session->outputs[0].watch.fd < 0 && session->outputs[1].watch.fd < 0) session_free(session);
}

void session_touch(struct session *session) { session->dirty = true; }

void session_settle_all(void) {
  for (struct session *session = sessions, *next; session; session = next) {
    next = session->next;
    bool late = session->status == SESSION_EXITED && !session->ended && loop_now() >= session->drain_until;
    if (session->dirty || late) settle(session);
  }
}

int64_t session_deadline(void) {
  int64_t deadline = INT64_MAX;
  for (const struct session *session = sessions; session; session = session->next) {
    uint64_t keep;
    if (session->dirty) return 0;
    if (session->status != SESSION_EXITED || session->ended || flow_room(session, &keep) == 0) continue;
    if (session->drain_until < deadline) deadline = session->drain_until;
  }
  return deadline;
}
