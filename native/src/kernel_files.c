#include "kernel_files.h"

#include <linux/magic.h>
#include <sys/vfs.h>

bool is_kernel_interface(int fd) {
  struct statfs status;
  if (fstatfs(fd, &status)) return true;
  switch ((unsigned long)status.f_type) {
    case PROC_SUPER_MAGIC:
    case SYSFS_MAGIC:
    case CGROUP2_SUPER_MAGIC:
    case CGROUP_SUPER_MAGIC:
    case DEBUGFS_MAGIC:
    case TRACEFS_MAGIC:
    case SECURITYFS_MAGIC:
    case BPF_FS_MAGIC: return true;
    default: return false;
  }
}
