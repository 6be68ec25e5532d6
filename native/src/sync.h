/* The messages of a starting process (launch.h) on a SOCK_SEQPACKET pair, with at most one descriptor each. */
#ifndef BOXSHIM_SYNC_H
#define BOXSHIM_SYNC_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "fail.h"

struct sync_message {
  uint8_t kind; /* SYNC_*; 0: end of file */
  uint8_t bytes[1 + FAIL_ENCODED_BYTES];
  size_t length;
  int fd; /* close-on-exec; -1: none came along */
};

/* From now on what this process sends waits until the other end of the pipe `gate` is closed: by the helper, once it has sent the pid. */
void sync_send_after(int gate);
int sync_receive(int sync, struct sync_message *message);
void sync_send_error(int sync, const struct fail *fail);
int sync_send_master(int sync, int master, struct fail *fail);
int sync_send_pid(int sync, pid_t pid, int pidfd, struct fail *fail);

#endif
