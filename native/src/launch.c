#include "launch.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include "box.h"
#include "sync.h"
#include "sys.h"

/* Descriptor + 1, so that untouched memory means empty. */
static int slots[SLOT_COUNT];

static int fill_slot(uint32_t number, int fd, struct fail *fail) {
  if (number >= SLOT_COUNT) return fail_say(fail, EINVAL, "slot %u: there are %d", number, SLOT_COUNT);
  if (slots[number]) return fail_say(fail, EINVAL, "slot %u is filled twice", number);
  slots[number] = fd + 1;
  return 0;
}

/* Sockets that only the child reads: as long as we had them too, it could not see that the other side gave up. */
static void close_receivers(const struct plan *plan) {
  for (struct plan_op op = {0}; plan_next(plan, &op);)
    if (op.code == PLAN_SLOT_RECEIVE) close((int)op_u32(&op, 1));
}

static void close_slots(void) {
  for (int i = 0; i < SLOT_COUNT; i++) {
    if (slots[i]) close(slots[i] - 1);
    slots[i] = 0;
  }
}

static int slot_tree(const struct plan_op *op, struct fail *fail) {
  const char *path = op_str(op, 1);
  unsigned flags = OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | (op_u32(op, 2) ? AT_RECURSIVE : 0);
  int fd = open_tree(AT_FDCWD, path, flags);
  if (fd < 0) return fail_set(fail, errno, "source of a mount, %s", path);
  if (!fill_slot(op_u32(op, 0), fd, fail)) return 0;
  close(fd);
  return -1;
}

static int join(const struct plan_op *op, struct fail *fail) {
  /* Processes of the box must not trace us or open our descriptors while we are half in it (runc, CVE-2016-9962). */
  if (prctl(PR_SET_DUMPABLE, 0)) return fail_set(fail, errno, "PR_SET_DUMPABLE");
  if (setns((int)op_u32(op, 0), (int)op_u64(op, 1)))
    return fail_set(fail, errno, "join the namespaces 0x%llx of descriptor %u", (unsigned long long)op_u64(op, 1), op_u32(op, 0));
  return 0;
}

static int host_operation(const struct plan_op *op, struct fail *fail) {
  switch (op->code) {
    case PLAN_SLOT_FD: {
      int fd = (int)op_u32(op, 1);
      if (fcntl(fd, F_SETFD, FD_CLOEXEC)) return fail_set(fail, errno, "slot %u: descriptor %d", op_u32(op, 0), fd);
      return fill_slot(op_u32(op, 0), fd, fail);
    }
    case PLAN_SLOT_TREE: return slot_tree(op, fail);
    case PLAN_JOIN: return join(op, fail);
    default: return 0; /* shim operations were obeyed before */
  }
}

static int take_stream(int from, int to, struct fail *fail) {
  if (from < 0) return 0;
  if (from == to ? fcntl(to, F_SETFD, 0) : dup2(from, to) < 0) return fail_set(fail, errno, "standard stream %d", to);
  return 0;
}

static _Noreturn void child(const struct plan *plan, struct plan_op *op, const struct launch_streams *streams, int sync) {
  struct box box = {.sync = sync, .root = -1, .null_device = -1, .masked_directory = -1, .proc = -1, .slots = slots};
  struct fail fail = {.opcode = op->code, .index = op->index};
  box.umask = umask(0); /* modes in operations are exact */
  int failed = take_stream(streams->in, 0, &fail) || take_stream(streams->out, 1, &fail) || take_stream(streams->err, 2, &fail);
  /* clone3 makes the cgroup namespace before it enters the cgroup: its root would be the parent's (copy_process in kernel/fork.c). */
  if (!failed && op_u64(op, 0) & CLONE_NEWCGROUP && unshare(CLONE_NEWCGROUP))
    failed = fail_set(&fail, errno, "cgroup namespace");
  if (!failed) box_walk(&box, plan, op, &fail);
  sync_send_error(sync, &fail);
  _exit(fail.opcode != PLAN_EXEC ? 125 : fail.error == ENOENT ? 127 : 126);
}

static int clone_child(const struct plan *plan, struct plan_op *op, const struct launch_streams *streams, struct launch *out,
                       struct fail *fail) {
  int pair[2] = {-1, out->sync}, gate[2] = {-1, -1};
  bool reports = out->sync >= 0;
  if (!reports && socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair)) return fail_set(fail, errno, "socketpair");
  /* The child may be faster than we are; its first message must not come before its pid. We hold the gate shut until we end. */
  if (reports && pipe2(gate, O_CLOEXEC)) return fail_set(fail, errno, "pipe");
  bool sibling = op_u32(op, 2) != 0;
  uint32_t cgroup = op_u32(op, 1);
  int pidfd = -1;
  struct sys_clone_args arguments = {
      .flags = (op_u64(op, 0) & ~(uint64_t)CLONE_NEWCGROUP) | CLONE_PIDFD,
      .pidfd = (uintptr_t)&pidfd,
      .exit_signal = sibling ? 0 : SIGCHLD, /* with CLONE_PARENT the kernel takes ours */
  };
  if (sibling) arguments.flags |= CLONE_PARENT;
  if (cgroup != NO_DESCRIPTOR) {
    arguments.flags |= CLONE_INTO_CGROUP;
    arguments.cgroup = cgroup;
  }
  pid_t pid = sys_clone3(&arguments);
  if (pid == 0) {
    close_if_open(pair[0]);
    close_if_open(gate[1]);
    sync_send_after(gate[0]);
    child(plan, op, streams, pair[1]);
  }
  int error = errno;
  close_if_open(gate[0]);
  if (!reports) close(pair[1]);
  if (pid < 0) {
    close_if_open(gate[1]);
    close_if_open(pair[0]);
    return fail_set(fail, error, "clone3, flags 0x%llx, cgroup descriptor %d", (unsigned long long)arguments.flags, (int)cgroup);
  }
  *out = (struct launch){.pid = pid, .pidfd = pidfd, .sync = pair[0]};
  return 0;
}

int launch_begin(const struct plan *plan, const struct launch_streams *streams, struct launch *out, struct fail *fail) {
  int result = -1;
  *fail = (struct fail){0};
  for (struct plan_op op = {0}; plan_next(plan, &op);) {
    fail->opcode = op.code;
    fail->index = op.index;
    if (op.code == PLAN_CLONE) {
      result = clone_child(plan, &op, streams, out, fail);
      break;
    }
    if (host_operation(&op, fail)) break;
  }
  close_slots();
  close_receivers(plan);
  return result;
}

int launch_wait(struct launch *launch, int *master, struct fail *fail) {
  struct sync_message message;
  *fail = (struct fail){0};
  if (sync_receive(launch->sync, &message)) return fail_set(fail, errno, "reading from the starting process");
  switch (message.kind) {
    case 0:
      if (launch->pid) return 0;
      return fail_say(fail, ECHILD, "the helper ended before it had started a process");
    case SYNC_PID:
      if (message.length != 5 || message.fd < 0) break;
      memcpy(&launch->pid, message.bytes + 1, 4);
      launch->pidfd = message.fd;
      return 2;
    case SYNC_MASTER:
      if (message.fd < 0) break;
      *master = message.fd;
      return 1;
    case SYNC_ERROR:
      close_if_open(message.fd);
      if (fail_decode(fail, message.bytes + 1, message.length - 1)) break;
      return -1;
    default:
      close_if_open(message.fd);
  }
  return fail_say(fail, EPROTO, "the starting process sent what is no message");
}

int exec_main(void) {
  enum { PLAN_FD = 3, SYNC_FD = 4, CGROUP_FD = 6 };
  struct plan plan;
  struct fail fail;
  struct launch launch = {.pidfd = -1, .sync = SYNC_FD};
  struct launch_streams streams = {-1, -1, -1}; /* 0 to 2 are the session's already */
  close_range(CGROUP_FD + 1, ~0U, 0);
  if (close_range(PLAN_FD, ~0U, CLOSE_RANGE_CLOEXEC)) fail_set(&fail, errno, "close_range");
  else if (!plan_read(PLAN_FD, &plan, &fail) && !launch_begin(&plan, &streams, &launch, &fail) &&
           !sync_send_pid(SYNC_FD, launch.pid, launch.pidfd, &fail))
    return 0;
  sync_send_error(SYNC_FD, &fail);
  return 125;
}
