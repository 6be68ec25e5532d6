/* Modes `unpack` and `remove` as programs: descriptors 3 plan, 4 frames, 5 directory. */
#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include "frame.h"
#include "privileges.h"
#include "sys.h"
#include "tree.h"
#include "tree_unpack.h"

enum { PLAN_FD = 3, FRAMES_FD = 4, DIRECTORY_FD = 5 };

/* Room for the longest operation and a good piece of the next. */
#define BUFFER_BYTES (PLAN_MAX_OPERATION_BYTES + 1024 * 1024)
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

struct stream {
  uint8_t *bytes;
  size_t start, end;
};

/* Reads at least one byte. 0, or -1 with fail filled (also at the end of the stream). */
static int refill(struct stream *stream, struct fail *fail) {
  if (stream->start == stream->end) stream->start = stream->end = 0;
  if (BUFFER_BYTES - stream->end < PIPE_BYTES) {
    memmove(stream->bytes, stream->bytes + stream->start, stream->end - stream->start);
    stream->end -= stream->start;
    stream->start = 0;
  }
  ssize_t got;
  do got = read(PLAN_FD, stream->bytes + stream->end, BUFFER_BYTES - stream->end);
  while (got < 0 && errno == EINTR);
  if (got < 0) return fail_set(fail, errno, "plan: reading");
  if (got == 0) return fail_say(fail, EINVAL, "plan: truncated");
  stream->end += (size_t)got;
  return 0;
}

static int obey(struct stream *stream, struct unpack *unpack, uint64_t *operations, struct fail *fail) {
  while (stream->end - stream->start < 8)
    if (refill(stream, fail)) return -1;
  if (plan_check_header(stream->bytes, fail)) return -1;
  stream->start = 8;
  for (struct plan_op op;;) {
    fail->index = (uint16_t)(*operations < UINT16_MAX ? *operations : UINT16_MAX);
    long taken = plan_take(stream->bytes + stream->start, stream->end - stream->start, &op, fail);
    if (taken < 0) return -1;
    if (taken == 0) {
      if (refill(stream, fail)) return -1;
      continue;
    }
    stream->start += (size_t)taken;
    if (op.code == PLAN_END) return unpack_finish(unpack, fail);
    if (unpack_operation(unpack, &op, fail)) return -1;
    ++*operations;
  }
}

int unpack_main(void) {
  struct fail fail = {0};
  struct unpack unpack;
  uint64_t operations = 0;
  close_range(DIRECTORY_FD + 1, ~0U, 0);
  close_range(PLAN_FD, ~0U, CLOSE_RANGE_CLOEXEC);
  fcntl(PLAN_FD, F_SETPIPE_SZ, PIPE_BYTES); /* fails on a socket or a file, which is as good */
  umask(0);
  struct stream stream = {.bytes = mmap(NULL, BUFFER_BYTES, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)};
  if (stream.bytes == MAP_FAILED) fail_set(&fail, errno, "memory");
  else if (!enter(DIRECTORY_FD, &fail) && !privileges_keep(FILE_PRIVILEGES, PRIVILEGE(CAP_SYS_ADMIN), &fail) &&
           !unpack_start(&unpack, &fail)) {
    obey(&stream, &unpack, &operations, &fail);
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
