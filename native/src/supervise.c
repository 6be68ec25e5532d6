#include "supervise.h"

#include <errno.h>
#include <fcntl.h>
#include <malloc.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <unistd.h>

#include "attach.h"
#include "ctl.h"
#include "exitfile.h"
#include "frame.h"
#include "home.h"
#include "launch.h"
#include "plan.h"
#include "session.h"
#include "start.h"
#include "sys.h"

enum { PLAN_FD = 3, AGENT_FD = 4, STATUS_REFUSED = 125 };

/* How long output and exits are kept for those who did not fetch them yet. */
#define LINGER (30 * SECONDS)
/* How often a full disk is tried again, and memory of a busy moment is given back. */
#define TIDY (1 * SECONDS)

/* What the `shim` operations of the plan say. */
struct setup {
  int run_directory, shim_cgroup;
  char boot_id[64];
  uint32_t flags, rows, columns, ring_bytes;
  struct crilog log;
};

static struct setup setup = {.run_directory = -1, .shim_cgroup = -1, .log = {.directory = -1, .fd = -1}};
static struct session *init;
static struct watch signals, ctl_listener, attach_listener;
static bool start_failed, exit_written, told_to_end;
static struct fail start_fail;
static int64_t linger_until = INT64_MAX, tidy_at = INT64_MAX;

static int refuse(const struct fail *fail) {
  uint8_t hello[8] = {SHIM_PROTOCOL, 0, SHIM_PROTOCOL, 0}, bytes[FAIL_ENCODED_BYTES];
  if (frame_send(AGENT_FD, FRAME_HELLO, 0, hello, sizeof hello) == 0)
    frame_send(AGENT_FD, FRAME_ERROR, 0, bytes, fail_encode(fail, bytes));
  return STATUS_REFUSED;
}

static int read_setup(const struct plan *plan, struct fail *fail) {
  struct plan_op op = {0};
  while (plan_next(plan, &op)) switch (op.code) {
    case PLAN_SUPERVISE:
      setup.run_directory = (int)op_u32(&op, 1);
      strncpy(setup.boot_id, op_str(&op, 2), sizeof setup.boot_id - 1);
      break;
    case PLAN_LOG:
      setup.log.directory = (int)op_u32(&op, 0);
      setup.log.segment_bytes = op_u64(&op, 1);
      setup.log.segment_count = op_u32(&op, 2);
      setup.log.sequence = op_u64(&op, 3);
      setup.log.offset = op_u64(&op, 4);
      break;
    case PLAN_SESSION:
      setup.flags = op_u32(&op, 0);
      setup.rows = op_u32(&op, 1);
      setup.columns = op_u32(&op, 2);
      setup.ring_bytes = op_u32(&op, 3);
      break;
    case PLAN_SHIM_CGROUP:
      setup.shim_cgroup = (int)op_u32(&op, 0);
      break;
    case PLAN_CLONE:
      start_context.cgroup = op_u32(&op, 1) == NO_DESCRIPTOR ? -1 : (int)op_u32(&op, 1);
      break;
    default:
      break;
    }
  if (setup.run_directory >= 0 && setup.ring_bytes > 0) return 0;
  return fail_say(fail, EINVAL, "a plan of mode run needs the operations supervise and session");
}

/* ---- what happens ---- */

static void signal_arrived(struct watch *watch, uint32_t events) {
  (void)events;
  struct signalfd_siginfo info;
  while (read(watch->fd, &info, sizeof info) == sizeof info) {
    if (info.ssi_signo != SIGTERM) continue;
    /* The host shuts down, or somebody ends us: an end on record is better than a lost box. */
    told_to_end = true;
    session_signal(init, SIGKILL);
  }
  start_reap();
}

static void ctl_arrived(struct watch *watch, uint32_t events) {
  (void)events;
  for (int fd; (fd = home_accept(watch->fd)) >= 0;) ctl_accept(fd);
}

static void viewer_arrived(struct watch *watch, uint32_t events) {
  (void)events;
  for (int fd; (fd = home_accept(watch->fd)) >= 0;) attach_accept(fd);
}

static void init_done(const struct fail *fail) {
  if (fail) {
    start_failed = true;
    start_fail = *fail;
    return;
  }
  start_context.started = loop_realtime();
  ctl_started();
}

/* ---- beginning ---- */

static int watch_fd(struct watch *watch, int fd, void (*ready)(struct watch *, uint32_t)) {
  *watch = (struct watch){.fd = fd, .ready = ready};
  return fd < 0 ? -1 : watch_set(watch, EPOLLIN);
}

static int watch_signals(void) {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGCHLD);
  sigaddset(&set, SIGTERM);
  if (sigprocmask(SIG_SETMASK, &set, NULL) < 0) return -1;
  return watch_fd(&signals, signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK), signal_arrived);
}

static int open_session(struct fail *fail) {
  bool logged = setup.log.directory >= 0;
  init = session_new("", setup.flags, setup.ring_bytes, logged ? setup.log.offset : 0);
  if (!init) return fail_set(fail, errno, "a session with a ring of %u bytes", setup.ring_bytes);
  session_resize(init, (uint16_t)setup.rows, (uint16_t)setup.columns);
  if (logged && crilog_open(&setup.log) < 0) return fail_set(fail, errno, "memory for the log");
  init->log = logged ? &setup.log : NULL;
  return 0;
}

/* While the child makes its mounts on the other processor, the sockets appear. */
static int open_home(struct fail *fail) {
  mode_t mask = umask(0177);
  int ctl = home_listen(setup.run_directory, "ctl.sock", fail);
  int attach = ctl < 0 ? -1 : home_listen(setup.run_directory, "attach.sock", fail);
  umask(mask);
  if (attach < 0 || home_write_pid(setup.run_directory, fail) < 0) return -1;
  if (watch_fd(&ctl_listener, ctl, ctl_arrived) < 0 || watch_fd(&attach_listener, attach, viewer_arrived) < 0)
    return fail_set(fail, errno, "epoll");
  return 0;
}

static int begin(struct plan *plan, struct fail *fail) {
  ctl_accept(AGENT_FD);
  if (home_settle(fail) < 0) return -1;
  if (watch_signals() < 0) return fail_set(fail, errno, "signalfd");
  if (open_session(fail) < 0) return -1;
  start_context.null = 0;
  start_context.init_done = init_done;
  struct launch_streams child;
  if (session_streams(init, start_context.null, &child) < 0) return fail_set(fail, errno, "pipes for the standard streams");
  struct launch launch = {.pidfd = -1, .sync = -1};
  int result = launch_begin(plan, &child, &launch, fail);
  session_streams_close(&child, start_context.null);
  if (result < 0) return -1;
  start_context.init_pidfd = launch.pidfd;
  if (start_follow(init, &launch) < 0) return fail_set(fail, errno, "following the start");
  return open_home(fail);
}

/* Once the program runs: nothing of its start is needed any more. */
static void leave_start_behind(struct plan *plan) {
  plan_free(plan);
  close(PLAN_FD);
  close_if_open(setup.shim_cgroup);
  setup.shim_cgroup = -1;
  home_leave_mounts(); /* the box runs: what is left mounted here is the host's loss of tidiness, not a reason to end it */
}

/* ---- end ---- */

static void write_exit(void) {
  struct exit_record record = {.sessions = session_first(), .started = start_context.started, .boot_id = setup.boot_id,
                               .fail = start_failed ? &start_fail : NULL};
  exit_written = exitfile_write(setup.run_directory, &record) == 0;
}

static void note_end(void) {
  if (!init->ended || exit_written) return;
  if (linger_until == INT64_MAX) linger_until = loop_now() + LINGER;
  write_exit();
}

static bool finished(void) {
  if (!init->ended) return false;
  if (told_to_end) return true;
  if (init->acknowledged && attach_count() == 0 && !ctl_unsent()) return true;
  /* An exit that is written nowhere is not given up before somebody took it. */
  return loop_now() >= linger_until && (exit_written || init->acknowledged);
}

static int64_t next_deadline(void) {
  int64_t deadline = session_deadline();
  if (tidy_at < deadline) deadline = tidy_at;
  int64_t end = init->ended && !exit_written ? loop_now() + TIDY : linger_until;
  return end < deadline ? end : deadline;
}

/* A second after the last event. */
static void tidy(void) {
  crilog_tidy(&setup.log);
  malloc_trim(0);
  if (setup.log.lost > 0) crilog_mend(&setup.log, loop_realtime());
  tidy_at = setup.log.lost > 0 ? loop_now() + TIDY : INT64_MAX;
  home_drop_program();
}

static void turn(void) {
  int ready = loop_turn(next_deadline());
  session_settle_all();
  int64_t now = loop_now();
  if (ready > 0) tidy_at = now + TIDY;
  else if (now >= tidy_at) tidy();
  note_end();
  ctl_tell_exits(); /* after the file is written: whoever hears of the end finds it */
}

/* What a shell says: 127 not found, 126 not executable; 125 is our own failure. */
static int code_of_failure(const struct fail *fail) {
  return fail->opcode != PLAN_EXEC ? 125 : fail->error == ENOENT ? 127 : 126;
}

/* The first process of the box ends by itself after it told us why it failed; where the failure is ours it has to be told. */
static void end_first_process(void) {
  session_signal(init, SIGKILL);
  for (int64_t until = loop_now() + 1 * SECONDS; !init->reaped && loop_now() < until; start_reap())
    loop_turn(loop_now() + 10 * MILLISECONDS);
  init->code = code_of_failure(&start_fail);
  init->signal = 0;
  init->finished = loop_realtime();
}

/* Whoever hears of the failure finds everything done: exit.json written, nothing else left. */
static int fail_and_end(const struct fail *fail) {
  start_failed = true;
  start_fail = *fail;
  if (init && init->pid > 0) end_first_process();
  if (init) write_exit();
  home_remove(setup.run_directory);
  ctl_start_failed(fail);
  for (int64_t until = loop_now() + 1 * SECONDS; ctl_unsent() && loop_now() < until;) loop_turn(until);
  return STATUS_REFUSED;
}

static int supervise(struct plan *plan) {
  struct fail fail = {0};
  if (loop_open() < 0) {
    fail_set(&fail, errno, "epoll");
    return refuse(&fail);
  }
  if (begin(plan, &fail) < 0) return fail_and_end(&fail);
  while (init->status == SESSION_STARTING && !start_failed) turn();
  if (start_failed) return fail_and_end(&start_fail);
  leave_start_behind(plan);
  while (!finished()) turn();
  home_remove(setup.run_directory); /* before the connections end: that is how others see that we are gone */
  attach_close_all();
  ctl_close_all();
  return 0;
}

int supervise_main(void) {
  struct plan plan;
  struct fail fail = {0};
  if (plan_read(PLAN_FD, &plan, &fail) < 0 || read_setup(&plan, &fail) < 0) return refuse(&fail);
  close_range((unsigned)plan_highest_descriptor(&plan, AGENT_FD) + 1, ~0U, 0);
  close_range(PLAN_FD, ~0U, CLOSE_RANGE_CLOEXEC);
  pid_t pid = home_fork(setup.shim_cgroup);
  if (pid < 0) {
    fail_set(&fail, errno, "clone of the supervisor");
    return refuse(&fail);
  }
  return pid > 0 ? 0 : supervise(&plan);
}
