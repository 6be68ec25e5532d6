#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "plan_builder.h"
#include "test.h"

static struct builder b;
static struct plan plan;
static struct fail fail;

static void start_box(void) {
  build_free(&b);
  build_start(&b);
  build(&b, PLAN_SLOT_TREE, 3u, "/some/path", 1u);
  build(&b, PLAN_CLONE, (uint64_t)0x20000, NO_DESCRIPTOR, 0u);
}

static int parse(void) {
  /* An exact copy on the heap: reading past its end is seen by ASan. */
  static uint8_t *bytes;
  free(bytes);
  bytes = malloc(b.length ? b.length : 1);
  memcpy(bytes, b.bytes, b.length);
  return plan_parse(bytes, b.length, &plan, &fail);
}

TEST("a plan is iterated with numbers, strings and vectors as they were written") {
  start_box();
  build(&b, PLAN_OOM_SCORE, -500);
  build(&b, PLAN_MKDIR, "", 0755u, 1u, 2u);
  build(&b, PLAN_NETLINK, "a\0b", (size_t)3);
  build(&b, PLAN_EXEC, "sh", "", "echo", NULL);
  build(&b, PLAN_END);
  for (int twice = 0; twice < 2; twice++) {
    CHECK(parse() == 0 && plan.operations == 7);
    struct plan_op op = {0};
    CHECK(plan_next(&plan, &op) && op.code == PLAN_SLOT_TREE && op_u32(&op, 0) == 3 && op_u32(&op, 2) == 1);
    CHECK_STR(op_str(&op, 1), "/some/path");
    CHECK(plan_next(&plan, &op) && op_u64(&op, 0) == 0x20000 && op_u32(&op, 1) == NO_DESCRIPTOR && op.index == 1);
    CHECK(plan_next(&plan, &op) && op_i32(&op, 0) == -500);
    CHECK(plan_next(&plan, &op) && op_u32(&op, 1) == 0755 && op_u32(&op, 3) == 2);
    CHECK_STR(op_str(&op, 0), "");
    size_t length;
    CHECK(plan_next(&plan, &op) && !memcmp(op_bytes(&op, 0, &length), "a\0b", 3) && length == 3);
    char *arguments[4];
    CHECK(plan_next(&plan, &op) && op.index == 5 && op_strings(&op, 0, arguments) == 3);
    CHECK_STR(arguments[0], "sh");
    CHECK_STR(arguments[1], "");
    CHECK_STR(arguments[2], "echo");
    CHECK(!arguments[3] && !plan_next(&plan, &op));
  }
}

TEST("the highest descriptor of a plan is found in every operation that names one") {
  build_free(&b);
  build_start(&b);
  build(&b, PLAN_SUPERVISE, "id", 7u, "boot");
  build(&b, PLAN_LOG, 9u, (uint64_t)1, 1u, (uint64_t)1, (uint64_t)0);
  build(&b, PLAN_SLOT_FD, 900u, 12u);
  build(&b, PLAN_CLONE, (uint64_t)0, NO_DESCRIPTOR, 0u);
  build(&b, PLAN_EXEC, "x", NULL);
  build(&b, PLAN_END);
  CHECK(parse() == 0);
  CHECK(plan_highest_descriptor(&plan, 4) == 12 && plan_highest_descriptor(&plan, 20) == 20);
}

static void refuse(const char *text) {
  CHECK(parse() == -1);
  CHECK_STR(fail.text, text);
}

TEST("a plan is refused whole for one wrong operation") {
  start_box();
  build(&b, PLAN_EXEC, "x", NULL);
  refuse("plan: truncated");
  build(&b, PLAN_END);
  build_raw(&b, "x", 1);
  refuse("plan: 1 bytes after its end");

  start_box();
  build_raw(&b, "\xff\x7f\0\0", 4);
  refuse("plan: unknown operation 0x7fff");
  start_box();
  build_raw(&b, "\x0a\x03\1\0\1\0\0\0x", 9);
  refuse("plan: pivot with 1 arguments");
  start_box();
  build_raw(&b, "\x12\x03\1\0\3\0\0\0xyz", 11);
  refuse("plan: a number of 3 bytes instead of 4 in umask");
  CHECK(fail.opcode == PLAN_UMASK && fail.index == 2);
  start_box();
  build_raw(&b, "\x0b\x03\1\0\3\0\0\0x\0z", 11);
  refuse("plan: a NUL byte in a string of hostname");
  start_box();
  build_raw(&b, "\x0b\x03\1\0\1\0\x10\0", 8);
  refuse("plan: an argument of 1048577 bytes in hostname");
}

TEST("operations out of place are refused") {
  start_box();
  build(&b, PLAN_SLOT_TREE, 1u, "/", 0u);
  refuse("plan: slotTree is out of place");
  start_box();
  build(&b, PLAN_CLONE, (uint64_t)0, 0u, 0u);
  refuse("plan: clone is out of place");
  start_box();
  build(&b, PLAN_TREE_WHITEOUT, "x");
  refuse("plan: treeWhiteout is out of place");
  start_box();
  build(&b, PLAN_SETSID);
  build(&b, PLAN_END);
  refuse("plan: end is out of place");
  start_box();
  build(&b, PLAN_EXEC, "x", NULL);
  build(&b, PLAN_SETSID);
  refuse("plan: setsid is out of place");
  build_free(&b);
  build_start(&b);
  build(&b, PLAN_END);
  refuse("plan: end is out of place");
  build_free(&b);
  build_start(&b);
  build(&b, PLAN_SETSID);
  refuse("plan: setsid is out of place");
}

TEST("every truncation of a plan is refused") {
  start_box();
  build(&b, PLAN_ENVIRONMENT, 1u, "A=b", "C=d", NULL);
  build(&b, PLAN_EXEC, "x", "y", NULL);
  build(&b, PLAN_END);
  size_t whole = b.length;
  for (b.length = 0; b.length < whole; b.length++) CHECK(parse() == -1 && fail.error == EINVAL);
  CHECK(b.length == whole && parse() == 0);
}

TEST("another magic, version or flag is refused") {
  for (size_t at = 0; at < 8; at++) {
    start_box();
    b.bytes[at] ^= 0x40;
    CHECK(parse() == -1 && fail.error == EINVAL);
  }
}

TEST("a plan is read from a file and copied") {
  start_box();
  build(&b, PLAN_EXEC, "x", NULL);
  build(&b, PLAN_END);
  int fd = memfd_create("plan", MFD_CLOEXEC);
  CHECK(write(fd, b.bytes, b.length) == (ssize_t)b.length);
  CHECK(plan_read(fd, &plan, &fail) == 0 && plan.operations == 4);
  CHECK(!ftruncate(fd, 0)); /* would be SIGBUS in a mapping of the file */
  struct plan_op op = {0};
  CHECK(plan_next(&plan, &op));
  plan_free(&plan);
  CHECK(plan_read(fd, &plan, &fail) == -1 && plan_read(-1, &plan, &fail) == -1);
  CHECK(!ftruncate(fd, PLAN_MAX_BYTES + 1) && plan_read(fd, &plan, &fail) == -1 && fail.error == EFBIG);
  close(fd);
}

TEST("an error survives its journey, and a long one is cut") {
  struct fail sent = {.opcode = 7, .index = 9}, got;
  uint8_t bytes[FAIL_ENCODED_BYTES];
  CHECK(fail_set(&sent, EACCES, "open %s", "/x") == -1);
  CHECK(fail_decode(&got, bytes, fail_encode(&sent, bytes)) == 0);
  CHECK(got.error == EACCES && got.opcode == 7 && got.index == 9);
  CHECK_STR(got.text, "open /x: Permission denied");
  char lengthy[2000];
  memset(lengthy, 'a', sizeof lengthy - 1);
  lengthy[sizeof lengthy - 1] = 0;
  fail_set(&sent, EIO, "%s", lengthy);
  CHECK(strlen(sent.text) == FAIL_TEXT_BYTES - 1 && fail_encode(&sent, bytes) == FAIL_ENCODED_BYTES - 1);
  CHECK(fail_decode(&got, bytes, 7) == -1);
}
