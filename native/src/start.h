/* How a session gets its process: the init by launch_begin, an exec by the helper that the agent sent. */
#ifndef BOXSHIM_START_H
#define BOXSHIM_START_H

#include <stdbool.h>
#include <stdint.h>

#include "fail.h"
#include "session.h"

/* What a supervisor keeps for the sessions it starts; filled once by supervise.c. */
struct start_context {
  int null;         /* /dev/null */
  int init_pidfd;   /* of the box's init, -1 until it was cloned */
  int cgroup;       /* directory of the box's cgroup, -1: none */
  uint64_t started; /* ns, realtime: when the init's execve succeeded; 0 before */
  /* The init's start came to its end: NULL, or why it failed. */
  void (*init_done)(const struct fail *fail);
};
extern struct start_context start_context;

static inline uint64_t start_time(void) { return start_context.started; }

/* Follows the messages on launch->sync of a session whose process is on its way. 0, or -1 with errno. */
int start_follow(struct session *session, const struct launch *launch);

struct exec_request {
  const char *id;
  uint32_t flags, ring_bytes;
  uint16_t rows, columns;
  int helper, plan;         /* stay the caller's */
  uint64_t serial, request; /* who is answered */
};
/* 0: will be answered once execve succeeded or failed. -1: `fail` says why nothing was begun. */
int start_exec(const struct exec_request *request, struct fail *fail);
/* The session is being started by somebody else's request: answers this one too. */
void start_wait_too(struct session *session, uint64_t serial, uint64_t request);

/* Collects every child that ended. Call it on SIGCHLD. */
void start_reap(void);

#endif
