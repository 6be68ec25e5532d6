#include "confine.h"

#include <errno.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <sys/prctl.h>

#include "sys.h"

#if defined(__x86_64__)
#define ARCHITECTURE AUDIT_ARCH_X86_64
/* x32 numbers have this bit: the same calls by other names. */
#define LARGEST_NUMBER 0x3fffffff
#elif defined(__aarch64__)
#define ARCHITECTURE AUDIT_ARCH_AARCH64
#define LARGEST_NUMBER 0x7fffffff
#else
#error "the numbers of this architecture's calls are not known here"
#endif

#define LOAD(field) BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, field))
#define ANSWER(action) BPF_STMT(BPF_RET | BPF_K, action)
#define REFUSE(number) BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, number, 0, 1), ANSWER(SECCOMP_RET_ERRNO | EPERM)

int confine(struct fail *fail) {
  static const struct sock_filter FILTER[] = {
      LOAD(arch),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, ARCHITECTURE, 1, 0),
      ANSWER(SECCOMP_RET_KILL_PROCESS),
      LOAD(nr),
      BPF_JUMP(BPF_JMP | BPF_JGT | BPF_K, LARGEST_NUMBER, 0, 1),
      ANSWER(SECCOMP_RET_ERRNO | EPERM),
      REFUSE(SYS_execve),
      REFUSE(SYS_execveat),
      REFUSE(SYS_clone),
      REFUSE(SYS_clone3),
      REFUSE(SYS_ptrace),
      REFUSE(SYS_process_vm_readv),
      REFUSE(SYS_process_vm_writev),
      REFUSE(SYS_socket),
      REFUSE(SYS_connect),
      REFUSE(SYS_setns),
      REFUSE(SYS_unshare),
      REFUSE(SYS_mount),
      REFUSE(SYS_umount2),
      REFUSE(SYS_pivot_root),
      REFUSE(SYS_chroot),
      REFUSE(SYS_move_mount),
      REFUSE(SYS_open_tree),
      REFUSE(SYS_fsopen),
      REFUSE(SYS_bpf),
      REFUSE(SYS_open_by_handle_at),
      REFUSE(SYS_init_module),
      REFUSE(SYS_finit_module),
      REFUSE(SYS_kexec_load),
      ANSWER(SECCOMP_RET_ALLOW),
  };
  struct sock_fprog program = {.len = sizeof FILTER / sizeof *FILTER, .filter = (struct sock_filter *)(uintptr_t)FILTER};
  return prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) ? fail_set(fail, errno, "seccomp filter") : 0;
}
