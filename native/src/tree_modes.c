/* Modes `unpack`, `remove`, `read` and `write` as programs: descriptors 3 plan, 4 frames, 5 directory. */
#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <string.h>
#include <sys/stat.h>

#include "frame.h"
#include "plan_stream.h"
#include "privileges.h"
#include "sys.h"
#include "tree.h"
#include "tree_read.h"
#include "tree_unpack.h"
#include "tree_write.h"

enum { PLAN_FD = 3, FRAMES_FD = 4, DIRECTORY_FD = 5 };

/* What a pipe may hold at most without privilege: fs.pipe-max-size's default. */
#define PIPE_BYTES (1024 * 1024)
#define FILE_PRIVILEGES                                                                                                \
  (PRIVILEGE(CAP_CHOWN) | PRIVILEGE(CAP_DAC_OVERRIDE) | PRIVILEGE(CAP_FOWNER) | PRIVILEGE(CAP_FSETID) |                \
   PRIVILEGE(CAP_MKNOD) | PRIVILEGE(CAP_SETFCAP))

static int report(uint64_t operations, const struct fail *fail) {
  uint8_t payload[FAIL_ENCODED_BYTES];
  if (!fail->error) return frame_send(FRAMES_FD, FRAME_ACK, operations, NULL, 0) ? 125 : 0;
  frame_send(FRAMES_FD, FRAME_ERROR, operations, payload, fail_encode(fail, payload));
  return 125;
}

/* The directory becomes all we can see: no path in an archive, however crafted, leads out of it. */
static int enter(int directory, struct fail *fail) {
  int tree = open_tree(directory, "", OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | AT_EMPTY_PATH);
  if (tree < 0) return fail_set(fail, errno, "descriptor %d, the directory", directory);
  if (unshare(CLONE_NEWNS) || mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL)) return fail_set(fail, errno, "own mount namespace");
  if (move_mount(tree, "", AT_FDCWD, "/", MOVE_MOUNT_F_EMPTY_PATH) || fchdir(tree) || sys_pivot_root(".", ".") ||
      umount2(".", MNT_DETACH) || chdir("/"))
    return fail_set(fail, errno, "pivot into the directory");
  close(tree);
  close(directory);
  return 0;
}

static int unpack_step(void *unpack, const struct plan_op *op, struct fail *fail) { return unpack_operation(unpack, op, fail); }

int unpack_main(void) {
  struct fail fail = {0};
  struct unpack unpack;
  uint64_t operations = 0;
  close_range(DIRECTORY_FD + 1, ~0U, 0);
  close_range(PLAN_FD, ~0U, CLOSE_RANGE_CLOEXEC);
  fcntl(PLAN_FD, F_SETPIPE_SZ, PIPE_BYTES); /* fails on a socket or a file, which is as good */
  umask(0);
  if (!enter(DIRECTORY_FD, &fail) && !privileges_keep(FILE_PRIVILEGES, PRIVILEGE(CAP_SYS_ADMIN), &fail) && !unpack_start(&unpack, &fail)) {
    if (!plan_stream(PLAN_FD, unpack_step, &unpack, &operations, &fail)) unpack_finish(&unpack, &fail);
    unpack_free(&unpack);
  }
  return report(operations, &fail);
}

int remove_main(void) {
  struct fail fail = {0};
  close_range(DIRECTORY_FD + 1, ~0U, 0);
  if (!privileges_keep(PRIVILEGE(CAP_DAC_OVERRIDE) | PRIVILEGE(CAP_FOWNER), 0, &fail)) tree_empty(DIRECTORY_FD, &fail);
  return report(0, &fail);
}

int read_main(void) {
  struct fail fail = {0};
  struct tree_reader reader;
  uint64_t operations = 0;
  close_range(DIRECTORY_FD + 1, ~0U, 0);
  close_range(PLAN_FD, ~0U, CLOSE_RANGE_CLOEXEC);
  if (!tree_reader_start(&reader, DIRECTORY_FD, FRAMES_FD, &fail)) {
    /* What was told before a failure is told first. */
    struct fail late = {0};
    plan_stream(PLAN_FD, tree_reader_obey, &reader, &operations, &fail);
    if (tree_reader_flush(&reader, &late)) return 125;
    tree_reader_free(&reader);
  }
  return report(operations, &fail);
}

int write_main(void) {
  struct fail fail = {0};
  struct tree_writer writer;
  uint64_t operations = 0;
  close_range(DIRECTORY_FD + 1, ~0U, 0);
  close_range(PLAN_FD, ~0U, CLOSE_RANGE_CLOEXEC);
  umask(0);
  tree_writer_start(&writer, DIRECTORY_FD);
  if (!plan_stream(PLAN_FD, tree_writer_obey, &writer, &operations, &fail)) tree_writer_finish(&writer, &fail);
  tree_writer_free(&writer);
  return report(operations, &fail);
}
