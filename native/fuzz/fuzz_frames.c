/*
 * Everything a client of the shim's sockets can send: the bytes go to a control connection and to a viewer, cut into pieces where the
 * first bytes of the input say. Found are crashes, leaks (at the end) and, by the checks, connections that outlive rubbish.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "attach.h"
#include "ctl.h"
#include "frame.h"
#include "fuzz.h"
#include "loop.h"
#include "session.h"

enum { PIECE_BITS = 0x3f };

static struct session *session;
static struct launch_streams process;

static void start(void) {
  signal(SIGPIPE, SIG_IGN);
  session = session_new("", SESSION_STDIN, 4096, 0);
  if (!session || session_streams(session, -1, &process) < 0) abort();
  fcntl(process.in, F_SETFL, O_NONBLOCK);
  fcntl(process.out, F_SETFL, O_NONBLOCK);
  session_running(session);
}

static void turn(void) {
  session_settle_all();
  loop_turn(0);
  session_settle_all();
}

/* The process prints, and reads what was typed. */
static void process_lives(void) {
  static char bytes[1 << 17];
  if (write(process.out, bytes, 100) < 0 && errno != EAGAIN) abort();
  while (read(process.in, bytes, sizeof bytes) > 0) continue;
}

static void feed(int fd, uint8_t piece, const uint8_t *data, size_t size) {
  while (size > 0) {
    size_t length = piece && piece < size ? piece : size;
    ssize_t sent = send(fd, data, length, MSG_DONTWAIT | MSG_NOSIGNAL);
    if (sent <= 0) return; /* closed for rubbish, or not read as its input is not taken */
    data += sent;
    size -= (size_t)sent;
    turn();
    static char answer[1 << 16];
    while (recv(fd, answer, sizeof answer, MSG_DONTWAIT) > 0) continue;
  }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  static bool opened;
  if (size < 2) return 0;
  if (!opened && loop_open() < 0) abort();
  opened = true;
  start();
  static const uint8_t hello[] = {1, 0, 0, 0, 8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 1, 0, 0, 0, 0, 0};
  for (int control = 0; control < 2; control++) {
    int pair[2];
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) < 0) abort();
    if (control) ctl_accept(pair[1]);
    else attach_accept(pair[1]);
    if (data[1] & 1) feed(pair[0], 0, hello, sizeof hello);
    feed(pair[0], data[0] & PIECE_BITS, data + 2, size - 2);
    process_lives();
    turn();
    close(pair[0]);
    turn();
  }
  if (attach_count() != 0) abort();
  session_exited(session, 1 /* CLD_EXITED */, 0, false);
  session_streams_close(&process, -1);
  turn();
  session_free(session);
  ctl_close_all();
  loop_turn(0);
  return 0;
}

static size_t add(struct writer *w, uint8_t type, uint64_t offset, const char *payload, size_t length) {
  uint8_t head[FRAME_HEADER_BYTES];
  frame_header_write(head, &(struct frame_header){.type = type, .length = (uint32_t)length, .offset = offset});
  put_bytes(w, head, sizeof head);
  put_bytes(w, payload, length);
  return w->length;
}

/* One of each message that makes sense, in an order that makes sense. */
size_t fuzz_seed(unsigned number, uint8_t *bytes, size_t capacity) {
  struct writer w = {.bytes = bytes, .capacity = capacity};
  put_u8(&w, number == 2 ? 5 : 0);
  put_u8(&w, 1);
  switch (number) {
    case 0: case 2:
      add(&w, FRAME_OPEN, 0, "\7\0\0\0\0\0\4\0\1\0\0\0\0\0\0\0\0", 17);
      add(&w, FRAME_INPUT, 0, "typed", 5);
      add(&w, FRAME_INPUT, 3, "edagain", 7);
      add(&w, FRAME_CREDIT, 0, "\0\0\1\0", 4);
      add(&w, FRAME_RESIZE, 0, "\x18\0\x50\0", 4);
      add(&w, FRAME_SIGNAL, 0, "\0\0\0\0", 4);
      add(&w, FRAME_CLOSE_INPUT, 10, "", 0);
      return add(&w, FRAME_CLOSE, 0, "", 0);
    case 1:
      add(&w, FRAME_STATE, 1, "", 0);
      add(&w, FRAME_SIGNAL, 2, "\0\0\0\0\0", 5);
      add(&w, FRAME_RESIZE, 3, "\x18\0\x50\0\0", 5);
      add(&w, FRAME_EXEC, 4, "\4\0\0\0\x18\0\x50\0\0\0\1\0\2ab", 15);
      add(&w, FRAME_ACK, 5, "\0", 1);
      return add(&w, FRAME_CLOSE, 6, "\0", 1);
    default:
      return 0;
  }
}
