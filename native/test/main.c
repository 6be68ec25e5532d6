#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <unistd.h>

#include "test.h"

#define MAX_TESTS 1000

static struct {
  const char *name;
  test_function *function;
} tests[MAX_TESTS];
static int count, passed, failed, skipped;
static bool current_failed, current_skipped;

void test_register(const char *name, test_function *function) {
  if (count == MAX_TESTS) _exit(125);
  tests[count].name = name;
  tests[count++].function = function;
}

void test_failed(const char *file, int line, const char *what) {
  printf("    %s:%d: %s\n", file, line, what);
  current_failed = true;
}

bool test_equal(const char *file, int line, const char *value, const char *expected) {
  if (value && !strcmp(value, expected)) return true;
  printf("    %s:%d: '%s' is not '%s'\n", file, line, value ? value : "(null)", expected);
  current_failed = true;
  return false;
}

void test_skipped(const char *why) {
  current_skipped = true;
  printf("    skipped: %s\n", why);
}

bool test_needs_root(void) {
  if (geteuid() != 0) test_skipped("it makes namespaces and needs root");
  return current_skipped;
}

/* Arguments choose tests whose name contains one of them. */
static bool chosen(const char *name, int argc, char **argv) {
  for (int i = 1; i < argc; i++)
    if (strstr(name, argv[i])) return true;
  return argc < 2;
}

int main(int argc, char **argv) {
  setvbuf(stdout, NULL, _IOLBF, 0);
  /* What tests mount is seen by them alone and ends with them. */
  if (geteuid() == 0 && (unshare(CLONE_NEWNS) || mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL))) return perror("unshare"), 1;
  for (int i = 0; i < count; i++) {
    if (!chosen(tests[i].name, argc, argv)) continue;
    current_failed = current_skipped = false;
    tests[i].function();
    if (current_failed) printf("  FAILED %s\n", tests[i].name);
    failed += current_failed;
    skipped += current_skipped && !current_failed;
    passed += !current_failed && !current_skipped;
  }
  if (skipped) printf("%d skipped\n", skipped);
  printf("%d passed, %d failed\n", passed, failed);
  return failed != 0;
}
