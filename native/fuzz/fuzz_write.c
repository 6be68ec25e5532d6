/* Streams of the write mode, obeyed for real in a small tmpfs of our own. Needs root. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "../test/plan_builder.h"
#include "fuzz.h"
#include "sys.h"
#include "tree.h"
#include "tree_write.h"

/* The leak checker reads /proc at the end, which is not in our tmpfs. */
const char *__asan_default_options(void);
const char *__asan_default_options(void) { return "detect_leaks=0"; }

static int root = -1, descriptors = -1;

static void enter_tmpfs(void) {
  int context = fsopen("tmpfs", FSOPEN_CLOEXEC);
  if (fsconfig(context, FSCONFIG_SET_STRING, "size", "16m", 0) || fsconfig(context, FSCONFIG_SET_STRING, "nr_inodes", "5000", 0) ||
      fsconfig(context, FSCONFIG_CMD_CREATE, NULL, NULL, 0))
    abort();
  root = fsmount(context, FSMOUNT_CLOEXEC, 0);
  descriptors = open("/proc/self/fd", O_PATH | O_DIRECTORY | O_CLOEXEC);
  close(context);
  if (root < 0 || descriptors < 0 || unshare(CLONE_NEWNS) || mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) ||
      move_mount(root, "", AT_FDCWD, "/tmp", MOVE_MOUNT_F_EMPTY_PATH) || fchdir(root) || chroot(".") || fchdir(descriptors))
    abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t length) {
  struct fail fail = {0};
  struct tree_writer writer;
  static unsigned runs;
  static uint8_t bytes[1 << 20]; /* the decoder rewrites in place */
  if (root < 0) enter_tmpfs();
  if (length > sizeof bytes) return 0;
  memcpy(bytes, data, length);
  if (length < 8 || plan_check_header(bytes, &fail)) return 0;
  tree_writer_start(&writer, -1);
  writer.root.fd = dup(root); /* entered already: a treeRoot is refused */
  size_t at = 8;
  long taken;
  for (struct plan_op op; (taken = plan_take(bytes + at, length - at, &op, &fail)) > 0; at += (size_t)taken) {
    if (op.code == PLAN_END) {
      tree_writer_finish(&writer, &fail);
      break;
    }
    if (tree_writer_obey(&writer, &op, &fail)) break;
  }
  tree_writer_free(&writer);
  if (++runs % 16 == 0 && tree_empty(root, &fail)) abort();
  return 0;
}

size_t fuzz_seed(unsigned number, uint8_t *bytes, size_t capacity) {
  struct builder b;
  if (number > 1) return 0;
  if (geteuid()) {
    puts("fuzz-write: skipped: it mounts a tmpfs and needs root");
    exit(0);
  }
  build_start(&b);
  build(&b, PLAN_TREE_INTO, "/", (uint32_t)number);
  build(&b, PLAN_TREE_DIRECTORY, "a/b", 0755u, 1u, 2u, (uint64_t)3, 4u);
  build(&b, PLAN_TREE_FILE, "a/b/c", 04755u, 1u, 2u, (uint64_t)3, 4u, (uint64_t)100);
  build(&b, PLAN_TREE_DATA, (uint64_t)0, "hello", (size_t)5);
  build(&b, PLAN_TREE_XATTR, "user.a", "b", (size_t)1);
  build(&b, PLAN_TREE_SYMLINK, "a/l", "../../b", 1u, 2u, (uint64_t)3, 4u);
  build(&b, PLAN_TREE_LINK, "a/h", "a/b/c");
  build(&b, PLAN_TREE_NODE, "a/l/n", (uint32_t)(S_IFIFO | 0600), 0u, 0u, 1u, 2u, (uint64_t)3, 4u);
  build(&b, PLAN_TREE_INTO, "/a/b", (uint32_t)number);
  build(&b, PLAN_TREE_FILE, "c", 0600u, 1u, 2u, (uint64_t)3, 4u, (uint64_t)0);
  build(&b, PLAN_TREE_DIRECTORY, ".", 0755u, 1u, 2u, (uint64_t)3, 4u);
  build(&b, PLAN_TREE_DIRECTORY, "c", 0755u, 1u, 2u, (uint64_t)3, 4u);
  build(&b, PLAN_END);
  size_t length = b.length < capacity ? b.length : capacity;
  memcpy(bytes, b.bytes, length);
  build_free(&b);
  return length;
}
