#include "privileges.h"

#include <errno.h>
#include <linux/capability.h>
#include <sys/prctl.h>

#include "sys.h"

struct sets {
  struct __user_cap_header_struct header;
  struct __user_cap_data_struct data[2];
};

static long read_sets(struct sets *sets) {
  *sets = (struct sets){.header = {.version = _LINUX_CAPABILITY_VERSION_3}};
  return syscall(SYS_capget, &sets->header, sets->data);
}

static long write_sets(struct sets *sets) { return syscall(SYS_capset, &sets->header, sets->data); }

int privileges_keep(uint64_t effective, uint64_t permitted, struct fail *fail) {
  struct sets sets;
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) || read_sets(&sets)) return fail_set(fail, errno, "own capabilities");
  permitted |= effective;
  for (int half = 0; half < 2; half++) {
    sets.data[half].permitted &= (uint32_t)(permitted >> 32 * half);
    sets.data[half].effective = sets.data[half].permitted & (uint32_t)(effective >> 32 * half);
    sets.data[half].inheritable = 0;
  }
  return write_sets(&sets) ? fail_set(fail, errno, "own capabilities") : 0;
}

static void change(int capability, uint32_t on) {
  struct sets sets;
  uint32_t bit = (uint32_t)1 << capability % 32;
  if (read_sets(&sets)) return;
  sets.data[capability / 32].effective = (sets.data[capability / 32].effective & ~bit) | (on ? bit : 0);
  write_sets(&sets);
}

void privileges_raise(int capability) { change(capability, 1); }

void privileges_lower(int capability) { change(capability, 0); }
