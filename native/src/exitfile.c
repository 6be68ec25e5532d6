#include "exitfile.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "plan_ops.h"
#include "timestamp.h"

/* Bounds of what is formatted: a session's part, and everything else with an error text of which each byte may become six. */
enum { SESSION_TEXT_BYTES = 320, OTHER_TEXT_BYTES = 1024 + 6 * FAIL_TEXT_BYTES };

struct text {
  char *bytes;
  size_t capacity, length;
};

__attribute__((format(printf, 2, 3))) static void add(struct text *text, const char *format, ...) {
  va_list values;
  va_start(values, format);
  int added = vsnprintf(text->bytes + text->length, text->capacity - text->length, format, values);
  va_end(values);
  if (added > 0) text->length += (size_t)added;
}

static void add_time(struct text *text, const char *key, uint64_t time) {
  char stamp[TIMESTAMP_BYTES];
  timestamp_format(time, stamp);
  if (time == 0) add(text, "\"%s\":null", key);
  else add(text, "\"%s\":\"%.*s\"", key, TIMESTAMP_BYTES, stamp);
}

static void add_string(struct text *text, const char *key, const char *value) {
  add(text, "\"%s\":\"", key);
  for (; *value; value++) {
    unsigned char c = (unsigned char)*value;
    if (c == '"' || c == '\\') add(text, "\\%c", c);
    else if (c < 0x20) add(text, "\\u%04x", c);
    else add(text, "%c", c);
  }
  add(text, "\"");
}

static void add_exit(struct text *text, const struct session *session) {
  add(text, "\"code\":%d,\"signal\":%" PRIu32 ",\"oom\":%s,", session->code, session->signal, session->oom ? "true" : "false");
  add_time(text, "finishedAt", session->finished);
  add(text, ",\"outputEnd\":%" PRIu64, session->ring.end);
}

char *exitfile_text(const struct exit_record *record, size_t *length) {
  const struct session *init = record->sessions;
  size_t capacity = OTHER_TEXT_BYTES;
  for (const struct session *session = record->sessions; session; session = session->next) {
    if (!session->id[0]) init = session;
    capacity += SESSION_TEXT_BYTES;
  }
  struct text text = {.bytes = malloc(capacity), .capacity = capacity};
  if (!text.bytes || !init) {
    free(text.bytes);
    return NULL;
  }
  add(&text, "{");
  add_exit(&text, init);
  add(&text, ",");
  add_time(&text, "startedAt", record->started);
  add(&text, ",");
  add_string(&text, "bootId", record->boot_id);
  if (record->fail) {
    add(&text, ",\"errno\":%d,", record->fail->error);
    add_string(&text, "error", record->fail->text);
  }
  add(&text, ",\"execs\":[");
  const char *comma = "";
  for (const struct session *session = record->sessions; session; session = session->next) {
    if (!session->id[0] || session->status != SESSION_EXITED || session->acknowledged) continue;
    add(&text, "%s{\"id\":\"%s\",", comma, session->id);
    add_exit(&text, session);
    add(&text, "}");
    comma = ",";
  }
  add(&text, "]}\n");
  *length = text.length;
  return text.bytes;
}

static int write_whole(int fd, const char *bytes, size_t length) {
  while (length > 0) {
    ssize_t count = write(fd, bytes, length);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return -1;
    bytes += count;
    length -= (size_t)count;
  }
  return fsync(fd);
}

int exitfile_write(int directory, const struct exit_record *record) {
  static const char temporary[] = ".exit.json.tmp", final[] = "exit.json";
  size_t length;
  char *text = exitfile_text(record, &length);
  if (!text) {
    errno = ENOMEM;
    return -1;
  }
  int fd = openat(directory, temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
  int result = fd < 0 ? -1 : write_whole(fd, text, length);
  free(text);
  if (fd >= 0) close(fd);
  return result < 0 ? -1 : renameat(directory, temporary, directory, final);
}
