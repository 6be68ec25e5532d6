#include "sync.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>

#include "launch.h"
#include "sys.h"

union control {
  char bytes[CMSG_SPACE(sizeof(int))];
  struct cmsghdr aligned;
};

int sync_receive(int sync, struct sync_message *message) {
  union control control;
  struct iovec part = {message->bytes, sizeof message->bytes};
  struct msghdr header = {
      .msg_iov = &part, .msg_iovlen = 1, .msg_control = control.bytes, .msg_controllen = sizeof control.bytes};
  ssize_t got;
  do got = recvmsg(sync, &header, MSG_CMSG_CLOEXEC);
  while (got < 0 && errno == EINTR);
  message->fd = -1;
  if (got < 0) return -1;
  for (struct cmsghdr *part_of = CMSG_FIRSTHDR(&header); part_of; part_of = CMSG_NXTHDR(&header, part_of))
    if (part_of->cmsg_level == SOL_SOCKET && part_of->cmsg_type == SCM_RIGHTS) memcpy(&message->fd, CMSG_DATA(part_of), sizeof(int));
  message->length = (size_t)got;
  message->kind = got ? message->bytes[0] : 0;
  return 0;
}

static int send_after = -1;

void sync_send_after(int gate) { send_after = gate; }

static void await_gate(void) {
  char byte;
  while (send_after >= 0 && read(send_after, &byte, 1) < 0 && errno == EINTR) continue;
  close_if_open(send_after);
  send_after = -1;
}

static int send_message(int sync, const void *bytes, size_t length, int fd) {
  union control control = {0};
  struct iovec part = {(void *)(uintptr_t)bytes, length};
  struct msghdr header = {.msg_iov = &part, .msg_iovlen = 1};
  if (fd >= 0) {
    header.msg_control = control.bytes;
    header.msg_controllen = sizeof control.bytes;
    struct cmsghdr *rights = CMSG_FIRSTHDR(&header);
    rights->cmsg_level = SOL_SOCKET;
    rights->cmsg_type = SCM_RIGHTS;
    rights->cmsg_len = CMSG_LEN(sizeof(int));
    memcpy(CMSG_DATA(rights), &fd, sizeof(int));
  }
  await_gate();
  return sendmsg(sync, &header, MSG_NOSIGNAL) < 0 ? -1 : 0;
}

void sync_send_error(int sync, const struct fail *fail) {
  uint8_t bytes[1 + FAIL_ENCODED_BYTES] = {SYNC_ERROR};
  send_message(sync, bytes, 1 + fail_encode(fail, bytes + 1), -1); /* who should hear of a failure here? */
}

int sync_send_master(int sync, int master, struct fail *fail) {
  uint8_t kind = SYNC_MASTER;
  return send_message(sync, &kind, 1, master) ? fail_set(fail, errno, "sending the terminal to the supervisor") : 0;
}

int sync_send_pid(int sync, pid_t pid, int pidfd, struct fail *fail) {
  uint8_t bytes[5] = {SYNC_PID};
  memcpy(bytes + 1, &pid, 4);
  return send_message(sync, bytes, sizeof bytes, pidfd) ? fail_set(fail, errno, "reporting the process") : 0;
}
