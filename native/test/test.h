/* The smallest harness that does: TEST("a sentence of behaviour") { CHECK(…); } */
#ifndef BOXSHIM_TEST_H
#define BOXSHIM_TEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef void test_function(void);
void test_register(const char *name, test_function *function);
void test_failed(const char *file, int line, const char *what);
/* True without root: the test is counted as skipped and the reason printed. Return when it is. */
bool test_needs_root(void);
/* The test cannot run here: counted as skipped, the reason printed. Return after it. */
void test_skipped(const char *why);

#define TEST_JOIN2(a, b) a##b
#define TEST_JOIN(a, b) TEST_JOIN2(a, b)
#define TEST(name)                                                                                                     \
  static void TEST_JOIN(test_, __LINE__)(void);                                                                        \
  __attribute__((constructor)) static void TEST_JOIN(register_, __LINE__)(void) {                                      \
    test_register(name, TEST_JOIN(test_, __LINE__));                                                                   \
  }                                                                                                                    \
  static void TEST_JOIN(test_, __LINE__)(void)

/* A failed check ends the test. */
#define CHECK(condition)                                                                                               \
  do {                                                                                                                 \
    if (!(condition)) {                                                                                                \
      test_failed(__FILE__, __LINE__, #condition);                                                                     \
      return;                                                                                                          \
    }                                                                                                                  \
  } while (0)
#define CHECK_STR(value, expected)                                                                                     \
  do {                                                                                                                 \
    if (!test_equal(__FILE__, __LINE__, value, expected)) return;                                                      \
  } while (0)
bool test_equal(const char *file, int line, const char *value, const char *expected);

#endif
