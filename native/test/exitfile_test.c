#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "exitfile.h"
#include "oom.h"
#include "test.h"

static const char *text_of(const struct exit_record *record) {
  static char copy[8192];
  size_t length;
  char *text = exitfile_text(record, &length);
  if (!text || length >= sizeof copy) return NULL;
  memcpy(copy, text, length);
  copy[length] = 0;
  free(text);
  return copy;
}

TEST("exit.json names code, times, end of output and the execs that nobody acknowledged") {
  struct session init = {.status = SESSION_EXITED, .code = 7, .finished = 2000000000, .ring = {.end = 12}};
  struct session stored = {.next = &init, .id = "bb", .status = SESSION_EXITED, .acknowledged = true};
  struct session killed = {.next = &stored, .id = "aa", .status = SESSION_EXITED, .code = -1, .signal = 9, .oom = true,
                           .finished = 1000000000};
  struct exit_record record = {.sessions = &killed, .started = 1500000000, .boot_id = "boot"};
  CHECK_STR(text_of(&record), "{\"code\":7,\"signal\":0,\"oom\":false,\"finishedAt\":\"1970-01-01T00:00:02.000000000Z\",\"outputEnd\":12,"
                              "\"startedAt\":\"1970-01-01T00:00:01.500000000Z\",\"bootId\":\"boot\",\"execs\":["
                              "{\"id\":\"aa\",\"code\":-1,\"signal\":9,\"oom\":true,\"finishedAt\":\"1970-01-01T00:00:01.000000000Z\","
                              "\"outputEnd\":0}]}\n");
}

TEST("exit.json of a start that failed says why, with any character in the text") {
  struct session init = {.status = SESSION_EXITED, .code = 127, .finished = 1};
  struct fail fail = {.error = ENOENT};
  memset(fail.text, '\x01', sizeof fail.text - 1);
  memcpy(fail.text, "say \"no\\\n", 9);
  struct exit_record record = {.sessions = &init, .boot_id = "", .fail = &fail};
  const char *text = text_of(&record);
  CHECK(text && strstr(text, "\"startedAt\":null,\"bootId\":\"\",\"errno\":2,\"error\":\"say \\\"no\\\\\\u000a\\u0001"));
  CHECK_STR(text + strlen(text) - 14, "\",\"execs\":[]}\n");
}

TEST("exit.json is written whole, readable by its owner alone, and replaces an older one") {
  char directory[] = "/tmp/boxshim-exit-XXXXXX";
  int fd = mkdtemp(directory) ? open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;
  struct session init = {.status = SESSION_EXITED};
  struct exit_record record = {.sessions = &init, .boot_id = "b"};
  for (int twice = 0; twice < 2; twice++) CHECK(exitfile_write(fd, &record) == 0);
  struct stat status;
  CHECK(fstatat(fd, "exit.json", &status, 0) == 0 && (status.st_mode & 0777) == 0600);
  CHECK(faccessat(fd, ".exit.json.tmp", F_OK, 0) < 0);
  CHECK(unlinkat(fd, "exit.json", 0) == 0 && rmdir(directory) == 0);
  close(fd);
}

TEST("memory.events tells whether the kernel killed something") {
  static const char none[] = "low 0\nhigh 0\nmax 3\noom 0\noom_kill 0\noom_group_kill 0\n";
  static const char some[] = "low 0\nhigh 0\nmax 3\noom 12\noom_kill 10\noom_group_kill 0\n";
  CHECK(!oom_parse(none, sizeof none - 1) && oom_parse(some, sizeof some - 1));
  CHECK(!oom_parse("oom_kill ", 9) && !oom_parse("", 0) && oom_parse("oom_kill 1", 10));
}
