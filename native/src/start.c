#include "start.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "attach.h"
#include "ctl.h"
#include "oom.h"
#include "plan_ops.h"

enum { MOST_SESSIONS = 1024, MOST_WAITERS = 4 };

struct start {
  struct watch watch;
  struct session *session;
  struct launch launch;
  pid_t helper; /* 0: none, or it ended */
  bool ended;   /* the process ended before its start was known to be complete: how follows */
  int how, status;
  bool oom;
  unsigned waiters;
  struct {
    uint64_t serial, request;
  } waiter[MOST_WAITERS];
};

struct start_context start_context = {.null = -1, .init_pidfd = -1, .cgroup = -1};

static void close_start(struct session *session) {
  struct start *start = session->start;
  session->start = NULL;
  watch_set(&start->watch, 0);
  close(start->watch.fd);
  free_later(start);
}

/* ---- the messages of a start ---- */

static void succeed(struct session *session) {
  struct start *start = session->start;
  session_running(session);
  for (unsigned i = 0; i < start->waiters; i++) ctl_answer_exec(start->waiter[i].serial, start->waiter[i].request, session->pid, NULL);
  if (start->ended) session_exited(session, start->how, start->status, start->oom);
  close_start(session);
  if (!session->id[0]) start_context.init_done(NULL);
}

static void fail_start(struct session *session, const struct fail *fail) {
  struct start *start = session->start;
  for (unsigned i = 0; i < start->waiters; i++) ctl_answer_exec(start->waiter[i].serial, start->waiter[i].request, 0, fail);
  for (struct viewer *viewer = session->viewers, *next; viewer; viewer = next) {
    next = viewer->next;
    viewer_fail(viewer, fail->error, fail->text);
  }
  close_start(session);
  if (!session->id[0]) {
    start_context.init_done(fail);
    return;
  }
  session_free(session);
}

static void follow(struct watch *watch, uint32_t events) {
  (void)events;
  struct start *start = (struct start *)watch;
  struct session *session = start->session;
  struct fail fail = {0};
  int master = -1;
  int what = launch_wait(&start->launch, &master, &fail);
  if (what == 1) session_master(session, master);
  if (what == 2) {
    session->pid = start->launch.pid;
    if (start->launch.pidfd >= 0) close(start->launch.pidfd); /* as its parent we have the number until we reap it */
  }
  if (what == 0) succeed(session);
  if (what < 0) fail_start(session, &fail);
  /* A child that ended before it was known, or whose start failed, waits to be collected. */
  if (what == 2 || what < 0) start_reap();
}

int start_follow(struct session *session, const struct launch *launch) {
  struct start *start = calloc(1, sizeof *start);
  if (!start) return -1;
  *start = (struct start){.watch = {.fd = launch->sync, .ready = follow}, .session = session, .launch = *launch};
  if (watch_set(&start->watch, EPOLLIN) < 0) {
    free(start);
    return -1;
  }
  session->pid = launch->pid;
  session->start = start;
  return 0;
}

void start_wait_too(struct session *session, uint64_t serial, uint64_t request) {
  struct start *start = session->start;
  struct fail fail = {0};
  if (start->waiters == MOST_WAITERS) {
    fail_say(&fail, EBUSY, "this session is being started, and enough requests wait for it");
    ctl_answer_exec(serial, request, 0, &fail);
    return;
  }
  start->waiter[start->waiters].serial = serial;
  start->waiter[start->waiters++].request = request;
}

/* ---- exec ---- */

/* Descriptors of the helper, in the order of their numbers there. */
enum { HELPER_FDS = 7, HIGH = 64 };

/*
 * Between vfork and execveat: system calls alone. Sources are first moved above every target, as they may lie where another one goes.
 * Returns the errno that stopped it.
 */
static int become_helper(int helper, const int sources[HELPER_FDS]) {
  int moved[HELPER_FDS];
  helper = fcntl(helper, F_DUPFD_CLOEXEC, HIGH);
  for (int i = 0; i < HELPER_FDS; i++)
    if ((moved[i] = sources[i] < 0 ? -1 : fcntl(sources[i], F_DUPFD_CLOEXEC, HIGH)) < 0 && sources[i] >= 0) return errno;
  for (int i = 0; i < HELPER_FDS; i++) {
    if (moved[i] < 0) close(i);
    else if (dup2(moved[i], i) < 0) return errno;
  }
  static const char *const arguments[] = {"boxshim", "exec", NULL};
  static const char *const environment[] = {NULL};
  execveat(helper, "", (char *const *)(uintptr_t)arguments, (char *const *)(uintptr_t)environment, AT_EMPTY_PATH);
  return errno;
}

/* 0 with *pid, or -1 with errno. vfork: the helper replaces itself at once, and copying page tables costs more than all else here. */
static int spawn_helper(int helper, const int sources[HELPER_FDS], pid_t *pid) {
  volatile int problem = 0;
  *pid = vfork();
  if (*pid == 0) {
    problem = become_helper(helper, sources);
    _exit(127);
  }
  if (*pid < 0) return -1;
  if (problem == 0) return 0;
  waitpid(*pid, NULL, 0);
  errno = problem;
  return -1;
}

static int spawn_for(struct session *session, const struct exec_request *request, int sync, pid_t *pid) {
  struct launch_streams child;
  int null = start_context.null;
  int result = session_streams(session, null, &child);
  if (result == 0) {
    bool terminal = session->flags & SESSION_TTY;
    const int sources[HELPER_FDS] = {terminal ? null : child.in, terminal ? null : child.out, terminal ? null : child.err,
                                     request->plan, sync, start_context.init_pidfd, start_context.cgroup};
    result = spawn_helper(request->helper, sources, pid);
  }
  int error = errno;
  session_streams_close(&child, null);
  errno = error;
  return result;
}

/* Refuses what cannot be started now. */
static int may_exec(struct fail *fail) {
  const struct session *init = session_find("");
  if (init->status != SESSION_RUNNING) return fail_say(fail, ESRCH, "exec: the box does not run");
  if (session_count() >= MOST_SESSIONS) return fail_say(fail, EAGAIN, "exec: %d sessions are open already", MOST_SESSIONS);
  return 0;
}

int start_exec(const struct exec_request *request, struct fail *fail) {
  if (may_exec(fail) < 0) return -1;
  int sync[2];
  if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, sync) < 0) return fail_set(fail, errno, "exec: socketpair");
  struct launch launch = {.pid = 0, .pidfd = -1, .sync = sync[0]};
  struct session *session = session_new(request->id, request->flags, request->ring_bytes, 0);
  if (!session) {
    fail_set(fail, errno, "exec: a session with a ring of %u bytes", request->ring_bytes);
    close(sync[0]);
    close(sync[1]);
    return -1;
  }
  session_resize(session, request->rows, request->columns);
  pid_t helper = 0;
  int result = start_follow(session, &launch);
  if (result < 0) close(sync[0]);
  else result = spawn_for(session, request, sync[1], &helper);
  int error = errno;
  close(sync[1]);
  if (result < 0) {
    if (session->start) close_start(session);
    session_free(session);
    return fail_set(fail, error, "exec: starting the helper");
  }
  session->start->helper = helper;
  start_wait_too(session, request->serial, request->request);
  return 0;
}

/* ---- children ---- */

static struct session *starting_by_helper(pid_t pid) {
  struct session *session = session_first();
  while (session && !(session->start && session->start->helper == pid)) session = session->next;
  return session;
}

/* An exec whose process has been cloned, perhaps, but whose pid has not been told yet. */
static bool pid_pending(void) {
  for (const struct session *session = session_first(); session; session = session->next)
    if (session->start && session->pid == 0) return true;
  return false;
}

static void note_exit(struct session *session, const siginfo_t *info) {
  bool oom = info->si_code != CLD_EXITED && info->si_status == SIGKILL && oom_happened(start_context.cgroup);
  session->reaped = true;
  if (!session->start) {
    session_exited(session, info->si_code, info->si_status, oom);
    return;
  }
  struct start *start = session->start;
  start->ended = true;
  start->how = info->si_code;
  start->status = info->si_status;
  start->oom = oom;
}

void start_reap(void) {
  for (;;) {
    siginfo_t info = {0};
    if (waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT) < 0 || info.si_pid == 0) return;
    struct session *session = session_by_pid(info.si_pid);
    struct session *helped = session ? NULL : starting_by_helper(info.si_pid);
    /* It may be the child of a helper that has not told its pid yet: it stays until that is known. */
    if (!session && !helped && pid_pending()) return;
    waitid(P_PID, (id_t)info.si_pid, &info, WEXITED | WNOHANG);
    if (session) note_exit(session, &info);
    if (helped) helped->start->helper = 0;
  }
}
