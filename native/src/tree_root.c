#include "tree_root.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/resource.h>

#include "confine.h"
#include "privileges.h"
#include "sys.h"

const char *descriptor_name(char name[DESCRIPTOR_NAME_BYTES], int fd) {
  snprintf(name, DESCRIPTOR_NAME_BYTES, "%d", fd);
  return name;
}

/* A walk holds a descriptor for each level. */
static void allow_many_descriptors(void) {
  struct rlimit limit;
  if (getrlimit(RLIMIT_NOFILE, &limit)) return;
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
}

int tree_root_enter(struct tree_root *root, int given, const struct plan_op *op, uint64_t effective, struct fail *fail) {
  uint32_t flags = op_u32(op, 0);
  if (root->fd >= 0) return fail_say(fail, EINVAL, "plan: a second root");
  if (flags & ~(TREE_PROCESS | TREE_ALONE | TREE_TRUSTED)) return fail_say(fail, EINVAL, "plan: unknown flags 0x%x of treeRoot", flags);
  allow_many_descriptors();
  int descriptors = open("/proc/self/fd", O_PATH | O_DIRECTORY | O_CLOEXEC);
  if (descriptors < 0) return fail_set(fail, errno, "open /proc/self/fd");
  if (flags & TREE_PROCESS) {
    /* Nothing in the box's namespace may look into us. */
    if (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) || setns(given, CLONE_NEWNS)) return fail_set(fail, errno, "enter the mount namespace");
    root->fd = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);
  } else {
    root->fd = openat(given, ".", O_PATH | O_DIRECTORY | O_CLOEXEC);
  }
  if (root->fd < 0) return fail_set(fail, errno, "open the root");
  if (flags & TREE_ALONE) {
    int alone = open_tree(root->fd, "", OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | AT_EMPTY_PATH);
    if (alone < 0) return fail_set(fail, errno, "the root without what is mounted in it");
    close(root->fd);
    root->fd = alone;
  }
  if (fchdir(root->fd) || chroot(".") || fchdir(descriptors)) return fail_set(fail, errno, "change the root");
  close(descriptors);
  close(given);
  if (flags & TREE_TRUSTED) effective |= PRIVILEGE(CAP_SYS_ADMIN);
  return privileges_keep(effective, 0, fail) || confine(fail) ? -1 : 0;
}
