/*
 * In the encoding an argument is `u32 length, bytes`. The decoder rewrites that in place to `u24 length, bytes, NUL` (a length never
 * needs more than 21 bits), so that strings can be used where they lie: no copies, no allocations, whatever the plan.
 */
#include "plan.h"

#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "sys.h"

#if __BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__
#error "plans are little endian and read in place"
#endif

#define HEADER_BYTES 8
#define OPERATION_HEADER_BYTES 4
#define MAX_OPERATIONS 65535 /* an index is a u16 */

static uint16_t read_u16(const uint8_t *at) {
  uint16_t value;
  memcpy(&value, at, 2);
  return value;
}

static uint32_t read_u32(const uint8_t *at) {
  uint32_t value;
  memcpy(&value, at, 4);
  return value;
}

static uint32_t length_of(const uint8_t *argument) {
  return (uint32_t)argument[0] | (uint32_t)argument[1] << 8 | (uint32_t)argument[2] << 16;
}

static uint8_t *following(uint8_t *argument) { return argument + 4 + length_of(argument); }

static const struct plan_shape *shape_of(uint16_t code) {
  size_t low = 0, high = sizeof PLAN_SHAPES / sizeof *PLAN_SHAPES;
  while (low < high) {
    size_t middle = (low + high) / 2;
    if (PLAN_SHAPES[middle].code == code) return &PLAN_SHAPES[middle];
    if (PLAN_SHAPES[middle].code < code) low = middle + 1;
    else high = middle;
  }
  return NULL;
}

static int check_argument(const uint8_t *bytes, uint32_t length, char type, struct fail *fail, const char *name) {
  switch (type) {
    case 's':
    case '*':
      if (memchr(bytes, 0, length)) return fail_say(fail, EINVAL, "plan: a NUL byte in a string of %s", name);
      return 0;
    case 'u':
    case 'i':
      if (length != 4) return fail_say(fail, EINVAL, "plan: a number of %u bytes instead of 4 in %s", length, name);
      return 0;
    case 'U':
      if (length != 8) return fail_say(fail, EINVAL, "plan: a number of %u bytes instead of 8 in %s", length, name);
      return 0;
    default:
      return 0;
  }
}

/* Returns bytes taken, 0: more needed, -1: refused. Nothing is rewritten unless the whole operation is there and right. */
long plan_take(uint8_t *bytes, size_t length, struct plan_op *op, struct fail *fail) {
  if (length < OPERATION_HEADER_BYTES) return 0;
  op->code = read_u16(bytes);
  op->argc = read_u16(bytes + 2);
  op->shape = shape_of(op->code);
  fail->opcode = op->code;
  if (!op->shape) return fail_say(fail, EINVAL, "plan: unknown operation 0x%04x", op->code);
  const char *types = op->shape->arguments, *name = op->shape->name;
  size_t fixed = strcspn(types, "*");
  if (op->argc < fixed || (!types[fixed] && op->argc != fixed) || op->argc > PLAN_MAX_ARGS)
    return fail_say(fail, EINVAL, "plan: %s with %u arguments", name, op->argc);

  size_t at = OPERATION_HEADER_BYTES;
  for (unsigned i = 0; i < op->argc; i++) {
    if (length - at < 4) return 0;
    uint32_t size = read_u32(bytes + at);
    if (size > PLAN_MAX_ARG_BYTES) return fail_say(fail, EINVAL, "plan: an argument of %u bytes in %s", size, name);
    at += 4;
    if (at > PLAN_MAX_OPERATION_BYTES || size > PLAN_MAX_OPERATION_BYTES - at)
      return fail_say(fail, EINVAL, "plan: %s is longer than %d bytes", name, PLAN_MAX_OPERATION_BYTES);
    if (size > length - at) return 0;
    if (check_argument(bytes + at, size, i < fixed ? types[i] : '*', fail, name)) return -1;
    at += size;
  }

  op->arguments = bytes + OPERATION_HEADER_BYTES;
  for (uint8_t *argument = op->arguments; argument < bytes + at;) {
    uint32_t size = read_u32(argument); /* its highest byte is 0 and becomes the room for the NUL */
    memmove(argument + 3, argument + 4, size);
    argument[3 + size] = 0;
    argument += 4 + size;
  }
  op->next = bytes + at;
  return (long)at;
}

int plan_check_header(const uint8_t *bytes, struct fail *fail) {
  if (memcmp(bytes, PLAN_MAGIC, 4)) return fail_say(fail, EINVAL, "plan: it does not start with " PLAN_MAGIC);
  if (read_u16(bytes + 4) != PLAN_VERSION)
    return fail_say(fail, EINVAL, "plan: version %u, this helper obeys version %d", read_u16(bytes + 4), PLAN_VERSION);
  if (read_u16(bytes + 6)) return fail_say(fail, EINVAL, "plan: unknown flags");
  return 0;
}

/* shim, host with `clone` as its last, box with `exec` as its last, end. */
static int check_order(uint16_t *previous, const struct plan_op *op, struct fail *fail) {
  const char *name = op->shape->name;
  bool allowed = false;
  switch ((enum plan_stage)op->shape->stage) {
    case STAGE_SHIM: allowed = *previous == 0 || *previous >> 8 == PLAN_SUPERVISE >> 8; break;
    case STAGE_HOST: allowed = *previous >> 8 <= PLAN_CLONE >> 8 && *previous != PLAN_CLONE; break;
    case STAGE_BOX: allowed = *previous == PLAN_CLONE || (*previous >> 8 == PLAN_EXEC >> 8 && *previous != PLAN_EXEC); break;
    case STAGE_END: allowed = *previous == PLAN_EXEC; break;
    case STAGE_TREE: case STAGE_WALK: break;
  }
  *previous = op->code;
  return allowed ? 0 : fail_say(fail, EINVAL, "plan: %s is out of place", name);
}

int plan_parse(uint8_t *bytes, size_t length, struct plan *plan, struct fail *fail) {
  *plan = (struct plan){.bytes = bytes, .length = length};
  *fail = (struct fail){0};
  if (length < HEADER_BYTES) return fail_say(fail, EINVAL, "plan: truncated");
  if (plan_check_header(bytes, fail)) return -1;
  uint16_t previous = 0;
  for (size_t at = HEADER_BYTES;;) {
    struct plan_op op;
    fail->index = (uint16_t)plan->operations;
    if (plan->operations == MAX_OPERATIONS) return fail_say(fail, EINVAL, "plan: more than %d operations", MAX_OPERATIONS);
    long taken = plan_take(bytes + at, length - at, &op, fail);
    if (taken < 0) return -1;
    if (taken == 0) return fail_say(fail, EINVAL, "plan: truncated");
    if (check_order(&previous, &op, fail)) return -1;
    plan->operations++;
    at += (size_t)taken;
    if (op.code != PLAN_END) continue;
    if (at != length) return fail_say(fail, EINVAL, "plan: %zu bytes after its end", length - at);
    *fail = (struct fail){0};
    return 0;
  }
}

int plan_read(int fd, struct plan *plan, struct fail *fail) {
  struct stat status;
  *plan = (struct plan){0};
  *fail = (struct fail){0};
  if (fstat(fd, &status)) return fail_set(fail, errno, "plan: descriptor %d", fd);
  if (!S_ISREG(status.st_mode)) return fail_say(fail, EINVAL, "plan: descriptor %d is no file", fd);
  if (status.st_size > PLAN_MAX_BYTES)
    return fail_say(fail, EFBIG, "plan: %lld bytes, at most %d are read", (long long)status.st_size, PLAN_MAX_BYTES);
  if (status.st_size < HEADER_BYTES) return fail_say(fail, EINVAL, "plan: truncated");
  size_t length = (size_t)status.st_size;
  /* Copied, not mapped from the file: who holds the memfd could change it between check and use. */
  uint8_t *bytes = mmap(NULL, length, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (bytes == MAP_FAILED) return fail_set(fail, errno, "plan: memory");
  for (size_t at = 0; at < length;) {
    ssize_t got = pread(fd, bytes + at, length - at, (off_t)at);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) {
      int error = got < 0 ? errno : EINVAL;
      munmap(bytes, length);
      return fail_set(fail, error, "plan: reading descriptor %d", fd);
    }
    at += (size_t)got;
  }
  if (plan_parse(bytes, length, plan, fail)) {
    munmap(bytes, length);
    plan->bytes = NULL;
    return -1;
  }
  plan->mapped = length;
  return 0;
}

void plan_free(struct plan *plan) {
  if (plan->mapped) munmap(plan->bytes, plan->mapped);
  *plan = (struct plan){0};
}

int plan_next(const struct plan *plan, struct plan_op *op) {
  bool first = op->next == NULL;
  uint8_t *at = first ? plan->bytes + HEADER_BYTES : op->next;
  uint16_t index = first ? 0 : (uint16_t)(op->index + 1);
  *op = (struct plan_op){.code = read_u16(at), .index = index, .argc = read_u16(at + 2)};
  op->shape = shape_of(op->code);
  op->arguments = at + OPERATION_HEADER_BYTES;
  op->next = op->arguments;
  for (unsigned i = 0; i < op->argc; i++) op->next = following(op->next);
  return op->code != PLAN_END;
}

int plan_highest_descriptor(const struct plan *plan, int least) {
  static const struct { uint16_t code, argument; } NAMED[] = {
      {PLAN_SUPERVISE, 1}, {PLAN_LOG, 0}, {PLAN_SHIM_CGROUP, 0}, {PLAN_SLOT_FD, 1}, {PLAN_JOIN, 0}, {PLAN_CLONE, 1}, {PLAN_SLOT_RECEIVE, 1},
  };
  int highest = least;
  for (struct plan_op op = {0}; plan_next(plan, &op);)
    for (size_t i = 0; i < sizeof NAMED / sizeof *NAMED; i++) {
      if (NAMED[i].code != op.code) continue;
      uint32_t fd = op_u32(&op, NAMED[i].argument);
      if (fd != NO_DESCRIPTOR && fd <= INT32_MAX && (int)fd > highest) highest = (int)fd;
    }
  return highest;
}

static uint8_t *argument_at(const struct plan_op *op, unsigned index) {
  uint8_t *argument = op->arguments;
  for (unsigned i = 0; i < index; i++) argument = following(argument);
  return argument;
}

uint32_t op_u32(const struct plan_op *op, unsigned index) { return read_u32(argument_at(op, index) + 3); }

int32_t op_i32(const struct plan_op *op, unsigned index) { return (int32_t)op_u32(op, index); }

uint64_t op_u64(const struct plan_op *op, unsigned index) {
  uint64_t value;
  memcpy(&value, argument_at(op, index) + 3, 8);
  return value;
}

char *op_str(const struct plan_op *op, unsigned index) { return (char *)argument_at(op, index) + 3; }

const uint8_t *op_bytes(const struct plan_op *op, unsigned index, size_t *length) {
  uint8_t *argument = argument_at(op, index);
  *length = length_of(argument);
  return argument + 3;
}

size_t op_strings(const struct plan_op *op, unsigned first, char **vector) {
  size_t count = 0;
  uint8_t *argument = argument_at(op, first);
  for (unsigned i = first; i < op->argc; i++) {
    vector[count++] = (char *)argument + 3;
    argument = following(argument);
  }
  vector[count] = NULL;
  return count;
}
