#include <errno.h>
#include <grp.h>
#include <linux/capability.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>

#include "box.h"
#include "sys.h"

static int read_users(struct box *box, struct users_text *passwd, struct users_text *group, struct fail *fail) {
  int root = box_root(box, fail);
  if (root < 0) return -1;
  return users_read_file(root, "/etc/passwd", passwd, fail) || users_read_file(root, "/etc/group", group, fail) ? -1 : 0;
}

int box_op_resolve_user(struct box *box, const struct plan_op *op, struct fail *fail) {
  struct users_text passwd, group;
  char **additional = calloc(op->argc, sizeof *additional);
  if (!additional) return fail_set(fail, ENOMEM, "groups");
  op_strings(op, 1, additional);
  /* Nothing is freed: the process is about to be replaced. */
  if (read_users(box, &passwd, &group, fail)) return -1;
  return users_resolve(op_str(op, 0), (const char *const *)additional, passwd, group, &box->identity, fail);
}

int box_op_cap_bounding(struct box *box, const struct plan_op *op, struct fail *fail) {
  (void)box;
  uint64_t keep = op_u64(op, 0);
  for (unsigned long capability = 0; capability < 64; capability++) {
    if (keep >> capability & 1) continue;
    if (!prctl(PR_CAPBSET_DROP, capability, 0, 0, 0)) continue;
    if (errno == EINVAL) break; /* the kernel knows no more of them */
    return fail_set(fail, errno, "drop capability %lu from the bounding set", capability);
  }
  return 0;
}

/*
 * The new user must be able to open /dev/stdout, which leads to these descriptors' inodes. /dev/null and the like belong to everybody;
 * sockets and read-only places cannot be given away.
 */
static void give_streams(uid_t uid) {
  for (int stream = 0; stream < 3; stream++) {
    struct stat status;
    if (fstat(stream, &status) || status.st_uid == uid) continue;
    bool terminal = S_ISCHR(status.st_mode) && isatty(stream);
    if (S_ISFIFO(status.st_mode) || terminal) (void)!fchown(stream, uid, (gid_t)-1);
  }
}

int box_op_become(struct box *box, const struct plan_op *op, struct fail *fail) {
  (void)op;
  const struct identity *who = &box->identity;
  give_streams(who->uid);
  if (prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0)) return fail_set(fail, errno, "PR_SET_KEEPCAPS");
  if (setgroups(who->group_count, who->groups)) return fail_set(fail, errno, "setgroups, %zu groups", who->group_count);
  if (setresgid(who->gid, who->gid, who->gid)) return fail_set(fail, errno, "setresgid %u", who->gid);
  if (setresuid(who->uid, who->uid, who->uid)) return fail_set(fail, errno, "setresuid %u", who->uid);
  if (prctl(PR_SET_KEEPCAPS, 0, 0, 0, 0)) return fail_set(fail, errno, "PR_SET_KEEPCAPS");
  return 0;
}

static int set_capabilities(uint64_t effective, uint64_t permitted, uint64_t inheritable) {
  struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
  struct __user_cap_data_struct data[2];
  for (int half = 0; half < 2; half++) {
    data[half].effective = (uint32_t)(effective >> 32 * half);
    data[half].permitted = (uint32_t)(permitted >> 32 * half);
    data[half].inheritable = (uint32_t)(inheritable >> 32 * half);
  }
  return (int)syscall(SYS_capset, &header, data);
}

int box_op_capabilities(struct box *box, const struct plan_op *op, struct fail *fail) {
  uint64_t effective = op_u64(op, 0), permitted = op_u64(op, 1), inheritable = op_u64(op, 2), ambient = op_u64(op, 3);
  if (box->identity.uid != 0) {
    effective &= ambient;
    permitted &= ambient;
  }
  if (set_capabilities(effective, permitted, inheritable))
    return fail_set(fail, errno, "capabilities: permitted 0x%llx, inheritable 0x%llx", (unsigned long long)permitted,
                    (unsigned long long)inheritable);
  if (prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0)) return fail_set(fail, errno, "clear ambient capabilities");
  for (unsigned long capability = 0; capability < 64; capability++)
    if (ambient >> capability & 1 && prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, capability, 0, 0))
      return fail_set(fail, errno, "ambient capability %lu", capability);
  return 0;
}

int box_op_no_new_privileges(struct box *box, const struct plan_op *op, struct fail *fail) {
  (void)box, (void)op;
  return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) ? fail_set(fail, errno, "no_new_privs") : 0;
}

int box_op_seccomp(struct box *box, const struct plan_op *op, struct fail *fail) {
  (void)box;
  size_t length;
  const uint8_t *bytes = op_bytes(op, 1, &length);
  if (length == 0 || length % sizeof(struct sock_filter) || length / sizeof(struct sock_filter) > BPF_MAXINSNS)
    return fail_say(fail, EINVAL, "seccomp: a program of %zu bytes", length);
  struct sock_filter *filter = malloc(length); /* aligned, unlike the plan */
  if (!filter) return fail_set(fail, ENOMEM, "seccomp");
  memcpy(filter, bytes, length);
  struct sock_fprog program = {.len = (unsigned short)(length / sizeof *filter), .filter = filter};
  if (syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, op_u32(op, 0), &program)) return fail_set(fail, errno, "seccomp");
  return 0;
}
