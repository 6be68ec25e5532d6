#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "frame.h"
#include "input.h"
#include "test.h"

static int reading; /* the process's end */
static void ignore(struct watch *watch, uint32_t events) { (void)watch, (void)events; }

static struct input open_pipe(void) {
  int ends[2];
  if (loop_open() < 0 || pipe2(ends, O_CLOEXEC | O_NONBLOCK) < 0) abort();
  fcntl(ends[1], F_SETPIPE_SZ, 4096);
  reading = ends[0];
  struct input input = {.status = INPUT_WAITING};
  input_open(&input, ends[1], ignore);
  return input;
}

static long take(struct input *input, struct client *client, uint64_t offset, const char *text) {
  return input_take(input, client, offset, (const uint8_t *)text, strlen(text));
}

/* Everything in the pipe; static memory. "EOF" at the end when it is closed. */
static const char *read_all(void) {
  static char text[1 << 17];
  size_t used = 0;
  ssize_t length;
  while ((length = read(reading, text + used, sizeof text - 8 - used)) > 0) used += (size_t)length;
  strcpy(text + used, length == 0 ? "EOF" : "");
  return text;
}

TEST("input arrives once, however often a client repeats it") {
  struct input input = open_pipe();
  struct client *client = input_client(&input, 1);
  CHECK(take(&input, client, 0, "abc") == 3);
  CHECK(take(&input, client, 0, "abc") == 3);
  CHECK(take(&input, client, 1, "bcdef") == 5);
  CHECK_STR(read_all(), "abcdef");
  CHECK(client->received == 6 && client->written == 6);
  input_free(&input);
  close(reading);
}

TEST("a gap in a client's input is refused") {
  struct input input = open_pipe();
  struct client *client = input_client(&input, 1);
  CHECK(take(&input, client, 1, "abc") == -1);
  CHECK(take(&input, client, 0, "a") == 1);
  CHECK(take(&input, client, 2, "c") == -1);
  CHECK_STR(read_all(), "a");
  input_free(&input);
  close(reading);
}

TEST("two clients have offsets of their own") {
  struct input input = open_pipe();
  CHECK(take(&input, input_client(&input, 1), 0, "ab") == 2);
  CHECK(take(&input, input_client(&input, 2), 0, "cd") == 2);
  CHECK(take(&input, input_client(&input, 1), 2, "e") == 1);
  CHECK_STR(read_all(), "abcde");
  input_free(&input);
  close(reading);
}

TEST("a process that does not read fills its client's queue; more is not taken, and all of it arrives in order later") {
  struct input input = open_pipe();
  struct client *client = input_client(&input, 1);
  static uint8_t bytes[FRAME_INPUT_WINDOW * 2];
  for (size_t i = 0; i < sizeof bytes; i++) bytes[i] = (uint8_t)('a' + i % 23);
  long taken = input_take(&input, client, 0, bytes, sizeof bytes);
  CHECK(taken == 4096 + FRAME_INPUT_WINDOW && !input_has_room(client));
  CHECK(client->written == 4096 && client->received == (uint64_t)taken);
  CHECK(input_take(&input, client, (uint64_t)taken, bytes, 1) == 0);
  size_t checked = 0;
  while (checked < (size_t)taken) {
    const char *text = read_all();
    size_t length = strlen(text);
    CHECK(length > 0 && memcmp(text, bytes + checked, length) == 0);
    checked += length;
    input_flush(&input);
  }
  CHECK(client->written == (uint64_t)taken && client->queue == NULL);
  input_free(&input);
  close(reading);
}

TEST("a slow client's queue does not keep another one out") {
  struct input input = open_pipe();
  static uint8_t bytes[FRAME_INPUT_WINDOW * 2];
  memset(bytes, 'x', sizeof bytes);
  input_take(&input, input_client(&input, 1), 0, bytes, sizeof bytes);
  struct client *other = input_client(&input, 2);
  CHECK(take(&input, other, 0, "hello") == 5 && input_has_room(other));
  input_free(&input);
  close(reading);
}

TEST("the end of a client's input closes the pipe once everything before it is written") {
  struct input input = open_pipe();
  struct client *client = input_client(&input, 1);
  static uint8_t bytes[10000];
  memset(bytes, 'x', sizeof bytes);
  CHECK(input_take(&input, client, 0, bytes, sizeof bytes) == sizeof bytes);
  input_end(&input, client, sizeof bytes);
  CHECK(input.status == INPUT_OPEN);
  CHECK(strlen(read_all()) == 4096);
  input_flush(&input);
  CHECK(strlen(read_all()) == 4096);
  input_flush(&input);
  CHECK(input.status == INPUT_CLOSED && client->written == sizeof bytes);
  CHECK(strlen(read_all()) == 10000 - 8192 + 3);
  input_free(&input);
  close(reading);
}

TEST("an end that is announced before the input it counts waits for it") {
  struct input input = open_pipe();
  struct client *client = input_client(&input, 1);
  input_end(&input, client, 3);
  CHECK(input.status == INPUT_OPEN);
  CHECK(take(&input, client, 0, "abc") == 3);
  CHECK(input.status == INPUT_CLOSED);
  CHECK_STR(read_all(), "abcEOF");
  input_free(&input);
  close(reading);
}

TEST("a client never closes a terminal") {
  struct input input = open_pipe();
  input.terminal = true;
  struct client *client = input_client(&input, 1);
  input_end(&input, client, 0);
  CHECK(input.status == INPUT_OPEN && take(&input, client, 0, "a") == 1);
  input_free(&input);
  close(reading);
}

TEST("when the process closes its end, input counts as written and is dropped") {
  struct input input = open_pipe();
  signal(SIGPIPE, SIG_IGN);
  struct client *client = input_client(&input, 1);
  close(reading);
  CHECK(take(&input, client, 0, "abc") == 3 && input.status == INPUT_CLOSED);
  CHECK(client->written == 3 && take(&input, client, 3, "def") == 3 && client->written == 6);
  input_free(&input);
}

TEST("the oldest client without a connection is forgotten first, one with unwritten input never") {
  struct input input = {.status = INPUT_WAITING};
  static const uint8_t byte = 'x';
  for (uint64_t id = 0; id < INPUT_CLIENTS; id++) {
    struct client *client = input_client(&input, id);
    CHECK(client);
    client->connected = id != 2 && id != 3;
    if (id == 2) CHECK(input_take(&input, client, 0, &byte, 1) == 1);
  }
  CHECK(input_client(&input, 100));
  CHECK(input_client(&input, 2)->received == 1);
  input_client(&input, 100)->connected = true;
  CHECK(!input_client(&input, 101));
  input_free(&input);
}
