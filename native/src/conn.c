#include "conn.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "fail.h"

enum { RECEIVE_BYTES = 64 * 1024 };

/* What is understood in one go: what was left over, then what recvmsg adds. Shared, as each round uses it up. */
static uint8_t scratch[FRAME_HEADER_BYTES + CONN_PAYLOAD_BYTES + RECEIVE_BYTES];

static uint32_t wanted(const struct conn *conn) {
  /* A stalled peer that hangs up sent more than its window: what we never took is dropped with it. */
  uint32_t events = conn->ending ? 0 : conn->stalled ? EPOLLRDHUP : EPOLLIN;
  if (conn->unsent_length > 0) events |= EPOLLOUT;
  return events;
}

static void update(struct conn *conn) {
  if (!conn->closed && watch_set(&conn->watch, wanted(conn)) < 0) conn_close(conn);
}

static void drop_fds(struct conn *conn) {
  for (int i = 0; i < CONN_FDS; i++) {
    if (conn->fds[i] >= 0) close(conn->fds[i]);
    conn->fds[i] = -1;
  }
}

void conn_close(struct conn *conn) {
  if (conn->closed) return;
  conn->closed = true;
  watch_set(&conn->watch, 0);
  close(conn->watch.fd);
  drop_fds(conn);
  free(conn->rest);
  free(conn->unsent);
  conn->rest = conn->unsent = NULL;
  conn->unsent_length = 0;
  conn->kind->gone(conn);
  free_later(conn);
}

void conn_end(struct conn *conn) {
  conn->ending = true;
  if (conn->unsent_length == 0) conn_close(conn);
  else update(conn);
}

/* ---- out ---- */

/* Queues what was not sent: `skip` bytes of header and parts were. */
static void queue(struct conn *conn, const struct iovec *parts, size_t count, size_t skip) {
  size_t length = 0;
  for (size_t i = 0; i < count; i++) length += parts[i].iov_len;
  length -= skip;
  if (conn->unsent_at > 0) memmove(conn->unsent, conn->unsent + conn->unsent_at, conn->unsent_length);
  conn->unsent_at = 0;
  uint8_t *grown = conn->unsent_length + length > conn->kind->most_unsent ? NULL : realloc(conn->unsent, conn->unsent_length + length);
  if (!grown) {
    conn_close(conn);
    return;
  }
  conn->unsent = grown;
  for (size_t i = 0; i < count; i++) {
    size_t skipped = skip < parts[i].iov_len ? skip : parts[i].iov_len;
    skip -= skipped;
    if (parts[i].iov_len == skipped) continue;
    memcpy(conn->unsent + conn->unsent_length, (const uint8_t *)parts[i].iov_base + skipped, parts[i].iov_len - skipped);
    conn->unsent_length += parts[i].iov_len - skipped;
  }
  update(conn);
}

void conn_send(struct conn *conn, struct frame_header header, const struct iovec *parts, int count) {
  if (conn->closed || conn->ending) return;
  uint8_t head[FRAME_HEADER_BYTES];
  struct iovec all[3] = {{.iov_base = head, .iov_len = sizeof head}};
  size_t length = 0;
  for (int i = 0; i < count; i++) {
    all[i + 1] = parts[i];
    length += parts[i].iov_len;
  }
  header.length = (uint32_t)length;
  frame_header_write(head, &header);
  ssize_t sent = 0;
  if (conn->unsent_length == 0) {
    struct msghdr message = {.msg_iov = all, .msg_iovlen = (size_t)count + 1};
    do sent = sendmsg(conn->watch.fd, &message, MSG_DONTWAIT | MSG_NOSIGNAL);
    while (sent < 0 && errno == EINTR);
    if (sent < 0 && errno != EAGAIN) {
      conn_close(conn);
      return;
    }
    if (sent < 0) sent = 0;
  }
  if ((size_t)sent < sizeof head + length) queue(conn, all, (size_t)count + 1, (size_t)sent);
}

void conn_send_bytes(struct conn *conn, enum frame_type type, uint64_t offset, const void *payload, size_t length) {
  struct iovec part = {.iov_base = (void *)(uintptr_t)payload, .iov_len = length};
  conn_send(conn, (struct frame_header){.type = (uint8_t)type, .offset = offset}, &part, 1);
}

void conn_send_error(struct conn *conn, uint64_t offset, int error, const char *text) {
  struct fail fail = {0};
  uint8_t bytes[FAIL_ENCODED_BYTES];
  fail_say(&fail, error, "%s", text);
  conn_send_bytes(conn, FRAME_ERROR, offset, bytes, fail_encode(&fail, bytes));
}

static void flush(struct conn *conn) {
  ssize_t sent = send(conn->watch.fd, conn->unsent + conn->unsent_at, conn->unsent_length, MSG_DONTWAIT | MSG_NOSIGNAL);
  if (sent < 0) {
    if (errno != EAGAIN && errno != EINTR) conn_close(conn);
    return;
  }
  conn->unsent_at += (size_t)sent;
  conn->unsent_length -= (size_t)sent;
  if (conn->unsent_length > 0) return;
  free(conn->unsent);
  conn->unsent = NULL;
  conn->unsent_at = 0;
  if (conn->ending) {
    conn_close(conn);
    return;
  }
  update(conn);
  if (!conn->closed) conn->kind->drained(conn);
}

/* ---- in ---- */

static bool take_hello(struct conn *conn, const struct frame_header *header, const uint8_t *payload) {
  struct reader r = {.bytes = payload, .length = header->length};
  uint16_t lowest = get_u16(&r), highest = get_u16(&r);
  get_u32(&r); /* features: none are known yet */
  if (header->type != FRAME_HELLO || r.failed) {
    conn_send_error(conn, 0, EPROTO, "the first frame must be hello");
    return false;
  }
  if (lowest > SHIM_PROTOCOL || highest < SHIM_PROTOCOL) {
    conn_send_error(conn, 0, EPROTONOSUPPORT, "this boxshim speaks protocol 1 only");
    return false;
  }
  return conn->greeted = true;
}

static long rubbish(struct conn *conn, const char *why) {
  conn_send_error(conn, 0, EPROTO, why);
  return -1;
}

/* Understands as many of the `length` bytes as it can. Returns how many, or -1 after rubbish. */
static long understand(struct conn *conn, const uint8_t *bytes, size_t length) {
  size_t at = 0;
  while (!conn->closed && !conn->ending) {
    if (conn->input_left > 0) {
      size_t piece = length - at < conn->input_left ? length - at : conn->input_left;
      if (piece == 0) break;
      long taken = conn->kind->input(conn, conn->input_offset, bytes + at, piece);
      if (taken < 0) return -1;
      at += (size_t)taken;
      conn->input_offset += (uint64_t)taken;
      conn->input_left -= (uint32_t)taken;
      conn->stalled = (size_t)taken < piece;
      if (conn->stalled) break;
      continue;
    }
    struct frame_header header;
    if (length - at < FRAME_HEADER_BYTES) break;
    if (!frame_header_read(bytes + at, &header)) return rubbish(conn, "what was sent is no frame");
    if (conn->greeted && header.type == FRAME_INPUT) {
      at += FRAME_HEADER_BYTES;
      conn->input_offset = header.offset;
      conn->input_left = header.length;
      continue;
    }
    if (header.length > CONN_PAYLOAD_BYTES) return rubbish(conn, "a frame of this type is never so long");
    if (length - at < FRAME_HEADER_BYTES + header.length) break;
    const uint8_t *payload = bytes + at + FRAME_HEADER_BYTES;
    bool good = conn->greeted ? conn->kind->frame(conn, &header, payload) : take_hello(conn, &header, payload);
    if (!good) return -1;
    at += FRAME_HEADER_BYTES + header.length;
  }
  return (long)at;
}

/* Understands what is in the scratch memory and keeps the rest. */
static void digest(struct conn *conn, size_t length) {
  long taken = understand(conn, scratch, length);
  if (conn->closed) return;
  if (taken < 0) {
    conn_end(conn);
    return;
  }
  conn->rest_length = length - (size_t)taken;
  if (conn->rest_length > 0 && !(conn->rest = malloc(conn->rest_length))) {
    conn_close(conn);
    return;
  }
  if (conn->rest_length > 0) memcpy(conn->rest, scratch + taken, conn->rest_length);
  update(conn);
}

/* Moves what was kept to the scratch memory. Returns its length. */
static size_t recall(struct conn *conn) {
  size_t length = conn->rest_length;
  if (length > 0) memcpy(scratch, conn->rest, length);
  free(conn->rest);
  conn->rest = NULL;
  conn->rest_length = 0;
  return length;
}

static void keep_fds(struct conn *conn, struct msghdr *message) {
  for (struct cmsghdr *part = CMSG_FIRSTHDR(message); part; part = CMSG_NXTHDR(message, part)) {
    if (part->cmsg_level != SOL_SOCKET || part->cmsg_type != SCM_RIGHTS) continue;
    size_t count = (part->cmsg_len - CMSG_LEN(0)) / sizeof(int);
    drop_fds(conn);
    for (size_t i = 0; i < count; i++) {
      int fd;
      memcpy(&fd, CMSG_DATA(part) + i * sizeof fd, sizeof fd);
      if (i < CONN_FDS) conn->fds[i] = fd;
      else close(fd);
    }
  }
}

static void receive(struct conn *conn) {
  size_t kept = recall(conn);
  union {
    struct cmsghdr header;
    char space[CMSG_SPACE(CONN_FDS * sizeof(int))]; /* more descriptors than this are never installed (MSG_CTRUNC) */
  } control;
  struct iovec part = {.iov_base = scratch + kept, .iov_len = sizeof scratch - kept};
  struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof control};
  ssize_t count = recvmsg(conn->watch.fd, &message, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
  if (count > 0) keep_fds(conn, &message);
  if (count == 0 || (count < 0 && errno != EAGAIN && errno != EINTR)) {
    conn_close(conn);
    return;
  }
  digest(conn, kept + (count > 0 ? (size_t)count : 0));
}

void conn_resume(struct conn *conn) {
  if (!conn->stalled || conn->closed) return;
  conn->stalled = false;
  digest(conn, recall(conn));
}

static void ready(struct watch *watch, uint32_t events) {
  struct conn *conn = (struct conn *)watch;
  if (events & EPOLLOUT) flush(conn);
  if (!conn->closed && (events & (EPOLLIN | EPOLLHUP | EPOLLERR)) && (conn->watch.events & EPOLLIN)) receive(conn);
  else if (!conn->closed && (events & (EPOLLRDHUP | EPOLLHUP | EPOLLERR))) conn_close(conn);
}

int conn_open(struct conn *conn, const struct conn_kind *kind, int fd) {
  static uint64_t serials;
  for (int i = 0; i < CONN_FDS; i++) conn->fds[i] = -1;
  conn->kind = kind;
  conn->serial = ++serials;
  conn->watch = (struct watch){.fd = fd, .ready = ready};
  if (watch_set(&conn->watch, EPOLLIN) < 0) return -1;
  uint8_t hello[8 + sizeof BOXSHIM_VERSION];
  struct writer w = {.bytes = hello, .capacity = sizeof hello};
  put_u16(&w, SHIM_PROTOCOL);
  put_u16(&w, SHIM_PROTOCOL);
  put_u32(&w, 0);
  put_bytes(&w, BOXSHIM_VERSION, sizeof BOXSHIM_VERSION - 1);
  conn_send_bytes(conn, FRAME_HELLO, 0, hello, w.length);
  return 0;
}
