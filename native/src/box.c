#include "box.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>

#include "sys.h"

static box_operation *function_of(uint16_t code) {
  switch (code) {
    case PLAN_SLOT_RECEIVE: return box_op_slot_receive;
    case PLAN_ROOT: return box_op_root;
    case PLAN_MOUNT_FS: return box_op_mount_fs;
    case PLAN_MOUNT_SLOT: return box_op_mount_slot;
    case PLAN_MKDIR: return box_op_mkdir;
    case PLAN_SYMLINK: return box_op_symlink;
    case PLAN_MKNOD: return box_op_mknod;
    case PLAN_MASK: return box_op_mask;
    case PLAN_READONLY: return box_op_readonly;
    case PLAN_ROOT_READONLY: return box_op_root_readonly;
    case PLAN_PIVOT: return box_op_pivot;
    case PLAN_HOSTNAME: return box_op_hostname;
    case PLAN_SYSCTL: return box_op_sysctl;
    case PLAN_NETLINK: return box_op_netlink;
    case PLAN_RLIMIT: return box_op_rlimit;
    case PLAN_OOM_SCORE: return box_op_oom_score;
    case PLAN_KEYRING: return box_op_keyring;
    case PLAN_SIGNALS: return box_op_signals;
    case PLAN_UMASK: return box_op_umask;
    case PLAN_CONSOLE: return box_op_console;
    case PLAN_SETSID: return box_op_setsid;
    case PLAN_RESOLVE_USER: return box_op_resolve_user;
    case PLAN_OWN_SLOT: return box_op_own_slot;
    case PLAN_CAP_BOUNDING: return box_op_cap_bounding;
    case PLAN_BECOME: return box_op_become;
    case PLAN_CAPABILITIES: return box_op_capabilities;
    case PLAN_NO_NEW_PRIVILEGES: return box_op_no_new_privileges;
    case PLAN_SECCOMP: return box_op_seccomp;
    case PLAN_ENVIRONMENT: return box_op_environment;
    case PLAN_WORKDIR: return box_op_workdir;
    case PLAN_EXEC: return box_op_exec;
    default: return NULL;
  }
}

void box_walk(struct box *box, const struct plan *plan, struct plan_op *op, struct fail *fail) {
  while (plan_next(plan, op)) {
    box_operation *function = function_of(op->code);
    if (!function) fail_say(fail, ENOSYS, "%s: not known here", op->shape->name);
    else if (!function(box, op, fail)) continue;
    fail->opcode = op->code;
    fail->index = op->index;
    return;
  }
  fail_say(fail, EINVAL, "plan: it ended without exec");
}

int box_root(struct box *box, struct fail *fail) {
  if (box->root < 0) box->root = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);
  return box->root >= 0 ? box->root : fail_set(fail, errno, "open /");
}

int box_slot(const struct box *box, uint32_t number, struct fail *fail) {
  if (number >= SLOT_COUNT || !box->slots[number]) return fail_say(fail, EBADF, "slot %u is empty", number);
  return box->slots[number] - 1;
}
