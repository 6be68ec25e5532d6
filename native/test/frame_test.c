#include <string.h>

#include "frame.h"
#include "message.h"
#include "test.h"

TEST("a frame header has the bytes that packages/spec/src/frames/frame.ts writes") {
  uint8_t bytes[FRAME_HEADER_BYTES];
  frame_header_write(bytes, &(struct frame_header){.type = FRAME_DATA, .stream = STREAM_STDERR, .channel = 0x0102,
                                                   .length = 0x10203, .offset = 0x1122334455667788});
  static const uint8_t expected[] = {3, 2, 2, 1, 3, 2, 1, 0, 0x88, 0x77, 0x66, 0x55, 0x44, 0x33, 0x22, 0x11};
  CHECK(memcmp(bytes, expected, sizeof bytes) == 0);
  struct frame_header back;
  CHECK(frame_header_read(bytes, &back));
  CHECK(back.type == FRAME_DATA && back.stream == STREAM_STDERR && back.channel == 0x0102);
  CHECK(back.length == 0x10203 && back.offset == 0x1122334455667788);
}

TEST("an unknown frame type and an over-long frame are refused") {
  struct frame_header header = {.type = FRAME_CLOSE, .length = FRAME_MAX_BYTES};
  uint8_t bytes[FRAME_HEADER_BYTES];
  frame_header_write(bytes, &header);
  CHECK(frame_header_read(bytes, &header));
  bytes[0] = FRAME_CLOSE + 1;
  CHECK(!frame_header_read(bytes, &header));
  bytes[0] = 0;
  CHECK(!frame_header_read(bytes, &header));
  frame_header_write(bytes, &(struct frame_header){.type = FRAME_DATA, .length = FRAME_MAX_BYTES + 1});
  CHECK(!frame_header_read(bytes, &header));
}

TEST("a writer never goes past its end and says so; a reader yields zeros past its own") {
  uint8_t bytes[6] = {0};
  struct writer w = {.bytes = bytes, .capacity = 5};
  put_u32(&w, 0x01020304);
  put_u16(&w, 0xffff);
  CHECK(w.overflow && w.length == 4 && bytes[4] == 0);
  struct reader r = {.bytes = bytes, .length = 5};
  CHECK(get_u32(&r) == 0x01020304 && !r.failed);
  CHECK(get_u16(&r) == 0 && r.failed);
  CHECK(get_u8(&r) == 0 && r.failed);
}

/* Parses a payload given as text. */
static bool control(uint8_t type, const char *payload, size_t length, struct message *message) {
  struct frame_header header = {.type = type, .length = (uint32_t)length};
  return message_control(&header, (const uint8_t *)payload, message);
}
static bool attach(uint8_t type, const char *payload, size_t length, struct message *message) {
  struct frame_header header = {.type = type, .length = (uint32_t)length};
  return message_attach(&header, (const uint8_t *)payload, message);
}
#define BYTES(text) text, sizeof text - 1

TEST("control messages are parsed whole or refused: short, long, bad id, bad signal, foreign type") {
  struct message m;
  CHECK(control(FRAME_SIGNAL, BYTES("\x0f\0\0\0\x02" "ab"), &m) && m.signal == 15 && !strcmp(m.id, "ab"));
  CHECK(control(FRAME_SIGNAL, BYTES("\x0f\0\0\0\0"), &m) && !strcmp(m.id, ""));
  CHECK(!control(FRAME_SIGNAL, BYTES("\x41\0\0\0\0"), &m));
  CHECK(!control(FRAME_SIGNAL, BYTES("\x0f\0\0\0"), &m));
  CHECK(!control(FRAME_SIGNAL, BYTES("\x0f\0\0\0\x02" "a"), &m));
  CHECK(!control(FRAME_SIGNAL, BYTES("\x0f\0\0\0\x02" "abc"), &m));
  CHECK(!control(FRAME_ACK, BYTES("\x02" "a\""), &m));
  CHECK(!control(FRAME_ACK, BYTES("\x02" "a\0"), &m));
  CHECK(control(FRAME_RESIZE, BYTES("\x18\0\x50\0\0"), &m) && m.rows == 24 && m.columns == 80);
  CHECK(control(FRAME_EXEC, BYTES("\x05\0\0\0\x18\0\x50\0\0\0\1\0\x01" "c"), &m) && m.flags == 5 && m.ring_bytes == 65536);
  CHECK(control(FRAME_STATE, BYTES(""), &m));
  CHECK(!control(FRAME_STATE, BYTES("x"), &m));
  CHECK(!control(FRAME_OPEN, BYTES(""), &m));
  char longest[1 + 65];
  memset(longest, 'a', sizeof longest);
  longest[0] = 64;
  CHECK(control(FRAME_CLOSE, longest, 65, &m) && strlen(m.id) == 64);
  longest[0] = 65;
  CHECK(!control(FRAME_CLOSE, longest, 66, &m));
}

TEST("attach messages are parsed whole or refused") {
  struct message m;
  CHECK(attach(FRAME_OPEN, BYTES("\x03\0\0\0\0\0\x04\0\7\0\0\0\0\0\0\0\0"), &m));
  CHECK(m.flags == 3 && m.credit == 262144 && m.client == 7 && !m.id[0]);
  CHECK(!attach(FRAME_OPEN, BYTES("\x03\0\0\0\0\0\x04\0\7\0\0\0\0\0\0\0"), &m));
  CHECK(attach(FRAME_CREDIT, BYTES("\1\0\0\0"), &m) && m.credit == 1);
  CHECK(!attach(FRAME_CREDIT, BYTES("\1\0\0"), &m));
  CHECK(attach(FRAME_CLOSE, BYTES(""), &m));
  CHECK(!attach(FRAME_EXEC, BYTES(""), &m));
}
