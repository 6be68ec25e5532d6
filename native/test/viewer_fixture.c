#include "viewer_fixture.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "ctl.h"

enum { PEER_BYTES = 4 * 1024 * 1024 };

void scene_run(void) {
  do session_settle_all();
  while (loop_turn(0) > 0);
  session_settle_all();
  ctl_tell_exits();
}

struct scene scene_open(uint32_t flags, uint32_t ring_bytes) {
  signal(SIGPIPE, SIG_IGN);
  if (loop_open() < 0) abort();
  struct scene scene = {.session = session_new("ab", flags, ring_bytes, 0), .in = -1};
  struct launch_streams child;
  if (!scene.session || session_streams(scene.session, -1, &child) < 0) abort();
  if (flags & SESSION_TTY) {
    /* A real terminal: the master goes to the session, the other end is the process's. */
    int master = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
    if (master < 0 || unlockpt(master) < 0) abort();
    scene.out = open(ptsname(master), O_RDWR | O_NOCTTY | O_CLOEXEC);
    scene.err = -1;
    session_master(scene.session, master);
  } else {
    scene.out = child.out;
    scene.err = child.err;
    scene.in = child.in;
  }
  fcntl(scene.out, F_SETFL, O_NONBLOCK);
  if (scene.in >= 0) fcntl(scene.in, F_SETFL, O_NONBLOCK);
  session_running(scene.session);
  scene_run();
  return scene;
}

static void close_ends(struct scene *scene) {
  int *ends[] = {&scene->out, &scene->err, &scene->in};
  for (int i = 0; i < 3; i++) {
    if (*ends[i] >= 0) close(*ends[i]);
    *ends[i] = -1;
  }
}

void scene_close(struct scene *scene) {
  close_ends(scene);
  while (session_first()) session_free(session_first());
  attach_close_all();
  ctl_close_all();
  loop_turn(0);
}

static bool is_read(void) {
  const struct session *session = session_first();
  return session->outputs[0].watch.events || session->outputs[1].watch.events;
}

size_t scene_print(int fd, const char *text, size_t length) {
  size_t done = 0;
  for (ssize_t count = 1; done < length && (count > 0 || is_read()); scene_run()) {
    count = write(fd, text + done, length - done);
    if (count > 0) done += (size_t)count;
    else poll(&(struct pollfd){.fd = fd, .events = POLLOUT}, 1, 10); /* a terminal makes room later than it is read */
  }
  return done;
}

bool scene_read_until(struct scene *scene, uint64_t end) {
  int64_t deadline = loop_now() + 5 * SECONDS;
  for (scene_run(); scene->session->ring.end < end && loop_now() < deadline; scene_run()) loop_turn(deadline);
  return scene->session->ring.end == end;
}

void scene_exit(struct scene *scene, int code) {
  close_ends(scene);
  session_exited(scene->session, CLD_EXITED, code, false);
  scene_run();
}

struct peer peer_connect(bool control) {
  int pair[2];
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) < 0) abort();
  if (control) ctl_accept(pair[1]);
  else attach_accept(pair[1]);
  struct peer peer = {.fd = pair[0], .bytes = malloc(PEER_BYTES)};
  static const uint8_t hello[8] = {1, 0, 1, 0};
  peer_send(&peer, FRAME_HELLO, 0, hello, sizeof hello);
  if (peer_next(&peer)->header.type != FRAME_HELLO) abort();
  return peer;
}

void peer_send_raw(struct peer *peer, const void *bytes, size_t length) {
  if (send(peer->fd, bytes, length, MSG_NOSIGNAL) != (ssize_t)length) abort();
  scene_run();
}

void peer_send(struct peer *peer, enum frame_type type, uint64_t offset, const void *payload, size_t length) {
  if (frame_send(peer->fd, type, offset, payload, length) < 0) abort();
  scene_run();
}

void peer_send_u32(struct peer *peer, enum frame_type type, uint32_t value) {
  uint8_t bytes[4];
  struct writer w = {.bytes = bytes, .capacity = sizeof bytes};
  put_u32(&w, value);
  peer_send(peer, type, 0, bytes, sizeof bytes);
}

struct peer peer_open(uint64_t offset, uint32_t flags, uint32_t credit, uint64_t client) {
  struct peer peer = peer_connect(false);
  uint8_t bytes[32];
  struct writer w = {.bytes = bytes, .capacity = sizeof bytes};
  put_u32(&w, flags);
  put_u32(&w, credit);
  put_u64(&w, client);
  put_u8(&w, 2);
  put_bytes(&w, "ab", 2);
  peer_send(&peer, FRAME_OPEN, offset, bytes, w.length);
  return peer;
}

/* Takes what is there. False once the connection is closed. */
static bool receive(struct peer *peer) {
  for (;;) {
    scene_run();
    ssize_t count = recv(peer->fd, peer->bytes + peer->length, PEER_BYTES - peer->length, MSG_DONTWAIT);
    if (count <= 0) return count < 0;
    peer->length += (size_t)count;
  }
}

const struct seen *peer_next(struct peer *peer) {
  static struct seen seen;
  memset(&seen.header, 0, sizeof seen.header);
  bool open = receive(peer);
  bool whole = peer->length >= FRAME_HEADER_BYTES && frame_header_read(peer->bytes, &seen.header) &&
               peer->length >= FRAME_HEADER_BYTES + seen.header.length;
  if (!whole) {
    seen.header.type = open ? 0 : 255;
    return &seen;
  }
  size_t size = FRAME_HEADER_BYTES + seen.header.length;
  memcpy(seen.payload, peer->bytes + FRAME_HEADER_BYTES, seen.header.length);
  seen.payload[seen.header.length] = 0;
  memmove(peer->bytes, peer->bytes + size, peer->length -= size);
  return &seen;
}

const struct seen *peer_find(struct peer *peer, enum frame_type type) {
  const struct seen *seen;
  do seen = peer_next(peer);
  while (seen->header.type != type && seen->header.type != 0 && seen->header.type != 255);
  return seen;
}

const char *peer_data(struct peer *peer) {
  static char text[PEER_BYTES];
  size_t length = 0;
  for (const struct seen *seen; (seen = peer_find(peer, FRAME_DATA))->header.type == FRAME_DATA; length += seen->header.length)
    memcpy(text + length, seen->payload, seen->header.length);
  text[length] = 0;
  return text;
}

void peer_close(struct peer *peer) {
  close(peer->fd);
  free(peer->bytes);
  scene_run();
}
