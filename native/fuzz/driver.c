/*
 * Mutates the seeds for a number of seconds: fuzz-NAME SECONDS [SEED]. Not guided by coverage, but needs nothing but gcc. A crash leaves the
 * input in fuzz-crash-NAME.bin (fuzz-NAME 0 FILE runs one input again).
 */
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "fuzz.h"

#define MAX_BYTES 8192
#define MAX_SEEDS 256

static uint8_t seeds[MAX_SEEDS][MAX_BYTES];
static size_t lengths[MAX_SEEDS];
static unsigned seed_count;
static uint64_t state;
static uint8_t input[MAX_BYTES];
static size_t input_length;
static char crash_file[256];

/* xorshift64*: Marsaglia 2003, Vigna 2016. */
static uint64_t next_random(void) {
  state ^= state >> 12;
  state ^= state << 25;
  state ^= state >> 27;
  return state * 2685821657736338717u;
}

static size_t below(size_t limit) { return limit ? next_random() % limit : 0; }

static void save_crash(int number) {
  int fd = open(crash_file, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
  if (fd >= 0 && write(fd, input, input_length) >= 0) close(fd);
  signal(number, SIG_DFL);
  raise(number);
}

static void insert(size_t at, const uint8_t *bytes, size_t length) {
  if (input_length + length > MAX_BYTES) return;
  memmove(input + at + length, input + at, input_length - at);
  memcpy(input + at, bytes, length);
  input_length += length;
}

static void mutate_once(void) {
  static const uint32_t INTERESTING[] = {0, 1, 2, 3, 4, 7, 8, 0x7f, 0x80, 0xff, 0xffff, 0x10000, 0xfffff, 0x100000, 0x100001, 0xffffff, 0x1000000, 0x7fffffff, 0x80000000, 0xffffffff};
  size_t at = below(input_length);
  uint32_t word = INTERESTING[below(sizeof INTERESTING / sizeof *INTERESTING)];
  switch (below(8)) {
    case 0: if (input_length) input[at] = (uint8_t)next_random(); break;
    case 1: if (input_length) input[at] ^= (uint8_t)(1u << below(8)); break;
    case 2: if (input_length - at >= 4) memcpy(input + at, &word, 4); break;
    case 3: if (input_length - at >= 2) memcpy(input + at, &word, 2); break;
    case 4: input_length = at; break;
    case 5: insert(at, (uint8_t *)&word, 1 + below(4)); break;
    case 6: { /* a piece of another seed */
      unsigned other = (unsigned)below(seed_count);
      size_t from = below(lengths[other]);
      insert(at, seeds[other] + from, below(lengths[other] - from + 1));
      break;
    }
    default: { /* cut a piece out */
      size_t piece = below(input_length - at + 1);
      memmove(input + at, input + at + piece, input_length - at - piece);
      input_length -= piece;
    }
  }
}

static void run_input(void) {
  /* On the heap and exactly as long, so that ASan sees a read one byte too far. */
  uint8_t *copy = malloc(input_length ? input_length : 1);
  if (!copy) abort();
  memcpy(copy, input, input_length);
  LLVMFuzzerTestOneInput(copy, input_length);
  free(copy);
}

static int run_file(const char *path) {
  int fd = open(path, O_RDONLY | O_CLOEXEC);
  ssize_t got = fd < 0 ? -1 : read(fd, input, sizeof input);
  if (got < 0) return perror(path), 1;
  input_length = (size_t)got;
  run_input();
  return 0;
}

void __asan_on_error(void);
void __asan_on_error(void) { save_crash(SIGABRT); }

int main(int argc, char **argv) {
  int seconds = argc > 1 ? atoi(argv[1]) : 10;
  const char *slash = strrchr(argv[0], '/');
  const char *name = slash ? slash + 1 : argv[0];
  snprintf(crash_file, sizeof crash_file, "fuzz-crash-%s.bin", name);
  if (seconds == 0 && argc > 2) return run_file(argv[2]);
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  uint64_t start = argc > 2 ? strtoull(argv[2], NULL, 10) : (uint64_t)now.tv_nsec * 1000003 + (uint64_t)now.tv_sec;
  time_t end = now.tv_sec + seconds;
  state = start | 1;
  signal(SIGABRT, save_crash);
  signal(SIGSEGV, save_crash);
  while (seed_count < MAX_SEEDS && (lengths[seed_count] = fuzz_seed(seed_count, seeds[seed_count], MAX_BYTES))) seed_count++;
  unsigned long runs = 0;
  for (; runs % 256 || (clock_gettime(CLOCK_MONOTONIC, &now), now.tv_sec < end); runs++) {
    unsigned seed = (unsigned)below(seed_count);
    input_length = lengths[seed];
    memcpy(input, seeds[seed], input_length);
    for (size_t mutations = below(8); mutations > 0; mutations--) mutate_once();
    run_input();
  }
  printf("%s: %lu inputs, seed %llu, no crash\n", name, runs, (unsigned long long)start);
  return 0;
}
