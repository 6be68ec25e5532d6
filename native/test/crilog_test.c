#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "crilog.h"
#include "frame.h"
#include "segments.h"
#include "test.h"
#include "timestamp.h"

#define STAMP "2026-11-22T05:53:27.123456789Z"
static const uint64_t TIME = UINT64_C(1795326807123456789);

static char directory[] = "/tmp/boxshim-log-XXXXXX";

/* A log in a fresh directory. */
static struct crilog open_log(uint64_t segment_bytes, uint32_t count) {
  strcpy(directory, "/tmp/boxshim-log-XXXXXX");
  struct crilog log = {.segment_bytes = segment_bytes, .segment_count = count, .sequence = 1};
  log.directory = mkdtemp(directory) ? open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;
  if (crilog_open(&log) < 0) abort();
  return log;
}

static void close_log(struct crilog *log) {
  segments_remove_older(log->directory, UINT64_MAX, 1);
  if (log->fd >= 0) close(log->fd);
  close(log->directory);
  rmdir(directory);
}

static void say(struct crilog *log, int stream, const char *first, const char *second, uint64_t time) {
  struct iovec parts[2] = {{(void *)(uintptr_t)first, strlen(first)}, {(void *)(uintptr_t)second, strlen(second)}};
  crilog_write(log, stream, parts, time);
}

/* The text of a segment; static memory. */
static const char *read_segment(const struct crilog *log, const char *name) {
  static char text[1 << 20];
  int fd = openat(log->directory, name, O_RDONLY | O_CLOEXEC);
  ssize_t length = fd < 0 ? 0 : read(fd, text, sizeof text - 1);
  if (fd >= 0) close(fd);
  text[length > 0 ? length : 0] = 0;
  return text;
}

TEST("timestamps are RFC 3339 with nanoseconds, over leap days and centuries") {
  static const struct {
    uint64_t seconds;
    const char *text;
  } known[] = {{0, "1970-01-01T00:00:00"},          {951782399, "2000-02-28T23:59:59"},  {951782400, "2000-02-29T00:00:00"},
               {1709251199, "2024-02-29T23:59:59"}, {4107542400, "2100-03-01T00:00:00"}, {1798761599, "2026-12-31T23:59:59"}};
  for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
    char text[TIMESTAMP_BYTES + 1] = {0}, expected[64];
    timestamp_format(known[i].seconds * 1000000000 + 42, text);
    snprintf(expected, sizeof expected, "%s.000000042Z", known[i].text);
    CHECK_STR(text, expected);
  }
}

TEST("whole lines are F records, a chunk without newline is a P record that the next one finishes") {
  struct crilog log = open_log(1 << 20, 4);
  say(&log, STREAM_STDOUT, "one\n\ntwo", "", TIME);
  say(&log, STREAM_STDERR, "bad\n", "", TIME + 1);
  say(&log, STREAM_STDOUT, "", " more\n", TIME + 2);
  CHECK_STR(read_segment(&log, "00000001-0.log"),
            STAMP " stdout F one\n" STAMP " stdout F \n" STAMP " stdout P two\n"
                  "2026-11-22T05:53:27.123456790Z stderr F bad\n"
                  "2026-11-22T05:53:27.123456791Z stdout F  more\n");
  CHECK(log.offset == 18 && log.lost == 0);
  close_log(&log);
}

TEST("a line that lies in two parts of the ring is one record") {
  struct crilog log = open_log(1 << 20, 4);
  say(&log, STREAM_STDOUT, "a\nbc", "de\nf", TIME);
  say(&log, STREAM_STDOUT, "", "\n", TIME);
  CHECK_STR(read_segment(&log, "00000001-0.log"),
            STAMP " stdout F a\n" STAMP " stdout F bcde\n" STAMP " stdout P f\n" STAMP " stdout F \n");
  close_log(&log);
}

TEST("a line longer than a record is cut; the newline right after a full record belongs to it") {
  struct crilog log = open_log(1 << 20, 4);
  static char line[CRILOG_TEXT_BYTES * 2 + 3];
  memset(line, 'x', sizeof line - 1);
  line[sizeof line - 2] = '\n';
  say(&log, STREAM_STDOUT, line + 1, "", TIME); /* 2 * CRILOG_TEXT_BYTES and a newline */
  const char *text = read_segment(&log, "00000001-0.log");
  size_t prefix = strlen(STAMP " stdout P ");
  CHECK(strlen(text) == 2 * (prefix + CRILOG_TEXT_BYTES + 1));
  CHECK(strncmp(text, STAMP " stdout P xxx", prefix + 3) == 0);
  CHECK(strncmp(text + prefix + CRILOG_TEXT_BYTES + 1, STAMP " stdout F xxx", prefix + 3) == 0);
  CHECK(log.offset == 2 * CRILOG_TEXT_BYTES + 1);
  close_log(&log);
}

TEST("segments are named by sequence and first offset, hold whole records only, and the oldest go") {
  struct crilog log = open_log(200, 2);
  log.sequence = 7;
  log.offset = 1000;
  static char chunk[400];
  for (int i = 0; i < 30; i++) sprintf(chunk + strlen(chunk), "line %02d\n", i);
  say(&log, STREAM_STDOUT, chunk, "", TIME); /* 48 bytes a record: 4 in a segment */
  CHECK(strncmp(read_segment(&log, "00000013-1192.log"), STAMP " stdout F line 24\n", 48) == 0);
  CHECK_STR(read_segment(&log, "00000014-1224.log"),
            STAMP " stdout F line 28\n" STAMP " stdout F line 29\n");
  CHECK(faccessat(log.directory, "00000012-1160.log", F_OK, 0) < 0);
  close_log(&log);
}

TEST("times never go back within a segment") {
  struct crilog log = open_log(1 << 20, 4);
  say(&log, STREAM_STDOUT, "a\n", "", TIME);
  say(&log, STREAM_STDOUT, "b\n", "", TIME - 5000000000);
  CHECK_STR(read_segment(&log, "00000001-0.log"), STAMP " stdout F a\n" STAMP " stdout F b\n");
  close_log(&log);
}

TEST("a segment that exists is passed over, not written to") {
  struct crilog log = open_log(1 << 20, 4);
  close(openat(log.directory, "00000001-0.log", O_CREAT | O_WRONLY | O_CLOEXEC, 0600));
  say(&log, STREAM_STDOUT, "a\n", "", TIME);
  CHECK_STR(read_segment(&log, "00000001-0.log"), "");
  CHECK_STR(read_segment(&log, "00000002-0.log"), STAMP " stdout F a\n");
  close_log(&log);
}

/* A file size limit makes write(2) fail like a full disk, after a part of the record was written. */
static void limit_files(rlim_t bytes) {
  signal(SIGXFSZ, SIG_IGN);
  struct rlimit limit;
  getrlimit(RLIMIT_FSIZE, &limit);
  limit.rlim_cur = bytes;
  setrlimit(RLIMIT_FSIZE, &limit);
}

TEST("what a full disk swallows is counted, and a gap record says so before anything else is logged") {
  struct crilog log = open_log(1 << 20, 4);
  say(&log, STREAM_STDOUT, "kept\n", "", TIME);
  limit_files(60);
  say(&log, STREAM_STDOUT, "lost\n", "", TIME);
  say(&log, STREAM_STDERR, "lost too\n", "", TIME);
  crilog_mend(&log, TIME);
  bool lost = log.lost == 14 && log.offset == 5;
  limit_files(RLIM_INFINITY);
  CHECK(lost);
  CHECK_STR(read_segment(&log, "00000001-0.log"), STAMP " stdout F kept\n");
  say(&log, STREAM_STDOUT, "again\n", "", TIME);
  CHECK_STR(read_segment(&log, "00000001-0.log"), STAMP " stdout F kept\n" STAMP " stdout G 14\n" STAMP " stdout F again\n");
  CHECK(log.lost == 0 && log.offset == 25);
  close_log(&log);
}

TEST("a disk that fills up within one large chunk loses the rest of it in one gap") {
  struct crilog log = open_log(1 << 20, 4);
  static char chunk[60000];
  memset(chunk, '\n', sizeof chunk - 1); /* 41 bytes a record: ten buffers */
  limit_files(300000);
  say(&log, STREAM_STDOUT, chunk, "", TIME);
  limit_files(RLIM_INFINITY);
  CHECK(log.offset > 6000 && log.offset + log.lost == sizeof chunk - 1);
  uint64_t lost = log.lost;
  crilog_mend(&log, TIME);
  CHECK(log.lost == 0 && log.offset == sizeof chunk - 1);
  char last[80];
  snprintf(last, sizeof last, STAMP " stdout G %llu\n", (unsigned long long)lost);
  const char *text = read_segment(&log, "00000001-0.log");
  CHECK_STR(text + strlen(text) - strlen(last), last);
  close_log(&log);
}

TEST("a log whose directory is gone counts and goes on") {
  struct crilog log = open_log(1 << 20, 4);
  rmdir(directory);
  say(&log, STREAM_STDOUT, "a\n", "", TIME);
  CHECK(log.lost == 2 && log.fd < 0);
  close_log(&log);
}
