/* A session: one process with its standard streams, the box's init (id "") or an exec. Its output, its input, its end. */
#ifndef BOXSHIM_SESSION_H
#define BOXSHIM_SESSION_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "crilog.h"
#include "input.h"
#include "launch.h"
#include "loop.h"
#include "ring.h"

enum { SESSION_ID_BYTES = 64 };

/* How long output may still come after the process ended while somebody else holds its pipe (docs/protocol.md, exit). */
#define SESSION_DRAIN (100 * MILLISECONDS)

enum session_status { SESSION_STARTING, SESSION_RUNNING, SESSION_EXITED };

struct session;
struct viewer;
struct start;

/* Where a session's output is read from: a pipe, or the terminal's master. fd -1: not there (any more). */
struct output {
  struct watch watch;
  struct session *session;
  int stream;
  bool done; /* the session ended without it: what still comes is read and dropped, so that nobody is killed by SIGPIPE */
};

struct session {
  struct session *next;
  char id[SESSION_ID_BYTES + 1];
  uint32_t flags; /* SESSION_TTY | SESSION_STDIN | SESSION_HOLD */
  uint16_t rows, columns;

  enum session_status status;
  struct start *start; /* while its process is being made */
  pid_t pid;           /* 0 until known; not reaped before the status is known */
  bool reaped;
  int code;            /* -1 when a signal ended it */
  uint32_t signal;
  bool oom;
  uint64_t finished;   /* ns, realtime */
  bool ended;          /* exited, and all its output was read */
  bool told;           /* the agent was told the exit */
  bool acknowledged;   /* the agent stored it */

  struct ring ring;
  struct crilog *log;  /* NULL: no log */
  struct output outputs[2];
  int slave;           /* our own end of the terminal: without it the master reports a hang-up whenever nobody in the box has it open */
  int64_t drain_until; /* loop_now() terms, once exited */
  uint64_t held;       /* SESSION_HOLD: bytes from here on were not taken by anyone yet */

  struct input input;
  struct viewer *viewers;
  bool dirty;          /* session_settle is due */
};

/* `flags`, size and ring as in the plan's session operation; `offset` of the first byte. NULL with errno. Linked into the list. */
struct session *session_new(const char *id, uint32_t flags, uint32_t ring_bytes, uint64_t offset);
/* NULL when there is none. */
struct session *session_find(const char *id);
struct session *session_by_pid(pid_t pid);
/* The newest first; the init session is the last. */
struct session *session_first(void);
unsigned session_count(void);
/* Closes its descriptors and viewers and frees it. */
void session_free(struct session *session);

/*
 * Makes the pipes. *child gets the ends for the process (-1 for all with a terminal; `null` where it has no input), which
 * session_streams_close closes. 0, or -1 with errno.
 */
int session_streams(struct session *session, int null, struct launch_streams *child);
void session_streams_close(struct launch_streams *child, int null);
/* The terminal's master arrived; takes it over. */
void session_master(struct session *session, int master);

/* execve succeeded. */
void session_running(struct session *session);
/* The process was reaped; `how` (CLD_*) and `status` (code or signal) as waitid says. */
void session_exited(struct session *session, int how, int status, bool oom);
/* 0, or -1 with errno: ESRCH when it ended. */
int session_signal(const struct session *session, uint32_t number);
/* Sets the size of the terminal; without one only remembers it. */
void session_resize(struct session *session, uint16_t rows, uint16_t columns);
/* Nobody comes back for held output. */
void session_release(struct session *session);
/* The flags of state and open frames: session flags, 256 input closed, 512 exited. */
uint32_t session_flags(const struct session *session);

/* Something about it changed: session_settle_all will look at it. */
void session_touch(struct session *session);
/* After each round: sends to viewers, starts and stops reading, finds the end. */
void session_settle_all(void);
/* When session_settle_all has to be called at the latest. */
int64_t session_deadline(void);

#endif
