#include <fcntl.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "test.h"
#include "viewer_fixture.h"

enum { WINDOW = 256 * 1024, RING = 64 * 1024 };

static uint64_t number(const struct seen *seen, size_t at) {
  struct reader r = {.bytes = seen->payload, .length = seen->header.length, .at = at};
  return get_u64(&r);
}

static const char *letters(size_t length) {
  static char text[1 << 20];
  for (size_t i = 0; i < length; i++) text[i] = (char)('a' + i % 26);
  text[length] = 0;
  return text;
}

TEST("a viewer gets every byte once, in order, with streams and offsets, then the exit") {
  struct scene scene = scene_open(0, RING);
  scene_print(scene.out, "one\n", 4);
  struct peer peer = peer_open(0, VIEW_OUTPUT, WINDOW, 1);
  CHECK(peer_next(&peer)->header.type == FRAME_OPEN);
  scene_print(scene.err, "two\n", 4);
  const struct seen *seen = peer_next(&peer);
  CHECK(seen->header.type == FRAME_DATA && seen->header.stream == STREAM_STDOUT && seen->header.offset == 0);
  CHECK_STR((const char *)seen->payload, "one\n");
  seen = peer_next(&peer);
  CHECK(seen->header.stream == STREAM_STDERR && seen->header.offset == 4);
  scene_exit(&scene, 3);
  seen = peer_next(&peer);
  CHECK(seen->header.type == FRAME_EXIT && seen->header.offset == 8 && seen->payload[0] == 3);
  CHECK(peer_next(&peer)->header.type == 0);
  peer_close(&peer);
  scene_close(&scene);
}

TEST("a viewer goes on where it left; from now on; from the oldest byte when its offset is gone") {
  struct scene scene = scene_open(0, RING);
  scene_print(scene.out, letters(100000), 100000);
  static const struct {
    uint64_t asked, first;
  } cases[] = {{50000, 50000}, {OFFSET_LIVE, 100000}, {10, 100000 - RING}, {100000, 100000}, {100001, 100000}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    struct peer peer = peer_open(cases[i].asked, VIEW_OUTPUT, WINDOW, 1);
    const struct seen *seen = peer_next(&peer);
    CHECK(seen->header.type == FRAME_OPEN && seen->header.offset == cases[i].first);
    CHECK(number(seen, 0) == 100000 - RING && number(seen, 8) == 100000);
    CHECK_STR(peer_data(&peer), letters(100000) + cases[i].first);
    peer_close(&peer);
  }
  scene_close(&scene);
}

TEST("no more is sent than a viewer has credit for") {
  struct scene scene = scene_open(0, RING);
  struct peer peer = peer_open(0, VIEW_OUTPUT, 10, 1);
  scene_print(scene.out, letters(30), 30);
  CHECK_STR(peer_data(&peer), "abcdefghij");
  peer_send_u32(&peer, FRAME_CREDIT, 5);
  CHECK_STR(peer_data(&peer), "klmno");
  peer_send_u32(&peer, FRAME_CREDIT, 1000);
  CHECK_STR(peer_data(&peer), "pqrstuvwxyzabcd");
  peer_close(&peer);
  scene_close(&scene);
}

TEST("a slow viewer of a logged session holds up nobody and is told what it missed, once") {
  struct scene scene = scene_open(0, RING);
  struct peer slow = peer_open(0, VIEW_OUTPUT, 10, 1);
  struct peer fast = peer_open(0, VIEW_OUTPUT, 1 << 20, 2);
  for (int i = 0; i < 10; i++) {
    CHECK(scene_print(scene.out, letters(50000), 50000) == 50000);
    CHECK_STR(peer_data(&fast), letters(50000));
  }
  CHECK(strlen(peer_data(&slow)) == 10);
  peer_send_u32(&slow, FRAME_CREDIT, 20);
  const struct seen *seen = peer_next(&slow);
  CHECK(seen->header.type == FRAME_SKIPPED && seen->header.offset == 10 && number(seen, 0) == 500000 - RING);
  seen = peer_next(&slow);
  CHECK(seen->header.type == FRAME_DATA && seen->header.offset == 500000 - RING && seen->header.length == 20);
  peer_close(&slow);
  peer_close(&fast);
  scene_close(&scene);
}

TEST("a lossless viewer holds the process back as long as it is there") {
  struct scene scene = scene_open(0, RING);
  struct peer peer = peer_open(0, VIEW_OUTPUT | VIEW_LOSSLESS, 10, 1);
  size_t first = scene_print(scene.out, letters(500000), 500000);
  CHECK(first >= RING && first < 300000);
  CHECK(scene.session->ring.oldest <= 10);
  peer_send_u32(&peer, FRAME_CREDIT, 100000);
  CHECK(strlen(peer_data(&peer)) >= 100000);
  peer_close(&peer);
  CHECK(scene_print(scene.out, letters(500000), 500000) == 500000);
  scene_close(&scene);
}

TEST("held output waits for a viewer, survives its loss, and is let go when nobody comes back") {
  struct scene scene = scene_open(SESSION_HOLD, RING);
  size_t printed = scene_print(scene.out, letters(400000), 400000);
  CHECK(printed < 400000 && scene.session->ring.oldest == 0);
  struct peer peer = peer_open(0, VIEW_OUTPUT, 40000, 1);
  CHECK(strlen(peer_data(&peer)) == 40000);
  scene_print(scene.out, letters(400000), 400000);
  CHECK(scene.session->ring.oldest == 0); /* sent is not taken */
  peer_send_u32(&peer, FRAME_CREDIT, 30000);
  CHECK(scene.session->held == 30000);
  scene_print(scene.out, letters(400000), 400000);
  CHECK(scene.session->ring.oldest == 30000);
  peer_close(&peer);
  peer = peer_open(30000, VIEW_OUTPUT, 10, 1);
  CHECK(peer_next(&peer)->header.offset == 30000);
  peer_close(&peer);
  session_release(scene.session);
  scene_run();
  CHECK(scene_print(scene.out, letters(400000), 400000) == 400000);
  scene_close(&scene);
}

TEST("a terminal is read only while its fastest viewer has credit, and freely when nobody watches") {
  struct scene scene = scene_open(SESSION_TTY | SESSION_STDIN, RING);
  struct peer peer = peer_open(0, VIEW_OUTPUT, 100, 1);
  struct peer typist = peer_open(0, VIEW_INPUT, 0, 2);
  size_t printed = scene_print(scene.out, letters(200000), 200000);
  CHECK(printed < 100000 && scene_read_until(&scene, 100));
  CHECK(scene.session->outputs[0].watch.events == 0);
  peer_send_u32(&peer, FRAME_CREDIT, 50);
  CHECK(scene_read_until(&scene, 150));
  peer_close(&peer);
  CHECK(scene_print(scene.out, letters(200000), 200000) == 200000);
  CHECK(scene_read_until(&scene, printed + 200000));
  peer_close(&typist);
  scene_close(&scene);
}

TEST("a terminal takes the size and the typing of its viewers; its echo comes back") {
  struct scene scene = scene_open(SESSION_TTY | SESSION_STDIN, RING);
  struct peer peer = peer_open(0, VIEW_OUTPUT | VIEW_INPUT, WINDOW, 1);
  peer_send(&peer, FRAME_RESIZE, 0, "\x1e\0\x64\0", 4);
  struct winsize size;
  CHECK(ioctl(scene.out, TIOCGWINSZ, &size) == 0 && size.ws_row == 30 && size.ws_col == 100);
  peer_send(&peer, FRAME_INPUT, 0, "hi\n", 3);
  char line[8] = {0};
  CHECK(peer_find(&peer, FRAME_ACK)->header.offset == 3);
  CHECK(scene_read_until(&scene, 4)); /* the echo: hi, return, newline */
  CHECK_STR(peer_data(&peer), "hi\r\n");
  CHECK(read(scene.out, line, sizeof line - 1) == 3);
  CHECK_STR(line, "hi\n");
  peer_close(&peer);
  scene_close(&scene);
}

TEST("a terminal that everybody in the box closed for a while is still there for who opens it again") {
  struct scene scene = scene_open(SESSION_TTY | SESSION_STDIN, RING);
  char name[32];
  CHECK(ttyname_r(scene.out, name, sizeof name) == 0);
  close(scene.out);
  scene_run();
  scene.out = open(name, O_RDWR | O_NOCTTY | O_CLOEXEC | O_NONBLOCK);
  CHECK(scene.out >= 0 && scene_print(scene.out, "back", 4) == 4 && scene_read_until(&scene, 4));
  struct peer peer = peer_open(0, VIEW_OUTPUT, WINDOW, 1);
  CHECK_STR(peer_data(&peer), "back");
  peer_close(&peer);
  scene_close(&scene);
}

TEST("input is acknowledged when it is written, repeats after a lost connection are dropped") {
  struct scene scene = scene_open(SESSION_STDIN, RING);
  struct peer peer = peer_open(0, VIEW_OUTPUT | VIEW_INPUT, WINDOW, 9);
  peer_send(&peer, FRAME_INPUT, 0, "abc", 3);
  CHECK(peer_find(&peer, FRAME_ACK)->header.offset == 3);
  struct peer again = peer_open(0, VIEW_OUTPUT | VIEW_INPUT, WINDOW, 9);
  CHECK(peer_find(&peer, FRAME_ACK)->header.type == 255); /* the newer connection took over */
  CHECK(number(peer_find(&again, FRAME_OPEN), 16) == 3);
  peer_send(&again, FRAME_INPUT, 1, "bcdef", 5);
  CHECK(peer_find(&again, FRAME_ACK)->header.offset == 6);
  char text[16] = {0};
  CHECK(read(scene.in, text, sizeof text - 1) == 6);
  CHECK_STR(text, "abcdef");
  peer_send(&again, FRAME_CLOSE_INPUT, 6, NULL, 0);
  CHECK(read(scene.in, text, sizeof text) == 0);
  peer_close(&peer);
  peer_close(&again);
  scene_close(&scene);
}

TEST("a viewer that sends more input than its window is not read until the process takes it; nothing is lost") {
  struct scene scene = scene_open(SESSION_STDIN, RING);
  struct peer peer = peer_open(0, VIEW_INPUT, 0, 1);
  enum { LENGTH = 400000 };
  const char *text = letters(LENGTH);
  size_t sent = 0, got = 0;
  static char frame[FRAME_HEADER_BYTES + LENGTH];
  frame_header_write((uint8_t *)frame, &(struct frame_header){.type = FRAME_INPUT, .length = LENGTH});
  memcpy(frame + FRAME_HEADER_BYTES, text, LENGTH);
  bool was_stalled = false;
  while (got < LENGTH) {
    ssize_t count = send(peer.fd, frame + sent, sizeof frame - sent, MSG_DONTWAIT | MSG_NOSIGNAL);
    if (count > 0) sent += (size_t)count;
    scene_run();
    was_stalled |= scene.session->viewers->conn.stalled;
    char piece[30000];
    count = read(scene.in, piece, sizeof piece);
    CHECK(count > 0 && memcmp(piece, text + got, (size_t)count) == 0);
    got += (size_t)count;
  }
  CHECK(was_stalled && !scene.session->viewers->conn.stalled);
  peer_close(&peer);
  scene_close(&scene);
}

TEST("frames that arrive byte by byte mean the same") {
  struct scene scene = scene_open(SESSION_STDIN, RING);
  struct peer peer = peer_open(0, VIEW_INPUT, 0, 1);
  uint8_t frame[FRAME_HEADER_BYTES + 3];
  frame_header_write(frame, &(struct frame_header){.type = FRAME_INPUT, .length = 3});
  memcpy(frame + FRAME_HEADER_BYTES, "abc", 3);
  for (size_t i = 0; i < sizeof frame; i++) peer_send_raw(&peer, frame + i, 1);
  char text[8] = {0};
  CHECK(read(scene.in, text, sizeof text - 1) == 3);
  CHECK_STR(text, "abc");
  peer_close(&peer);
  scene_close(&scene);
}

TEST("rubbish ends its own connection with an error and no other") {
  struct scene scene = scene_open(SESSION_STDIN, RING);
  struct peer good = peer_open(0, VIEW_OUTPUT, WINDOW, 1);
  CHECK(peer_next(&good)->header.type == FRAME_OPEN);
  static const char *const rubbish[] = {
      "GET / HTTP/1.1\r\n\r\n",                           /* no frame */
      "\x12zzzzzzzzzzzzzzz",                              /* unknown type */
      "\x02\0\0\0\xff\xff\xff\0\0\0\0\0\0\0\0\0",         /* too long */
      "\x0f\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0",               /* state: not a viewer's */
      "\x02\0\0\0\x01\0\0\0\0\0\0\0\0\0\0\0x",            /* open: too short */
      "\x09\0\0\0\x04\0\0\0\0\0\0\0\0\0\0\0\1\1\1\1",     /* credit before open */
      "\x04\0\0\0\x01\0\0\0\0\0\0\0\0\0\0\0x",            /* input before open */
  };
  static const size_t lengths[] = {18, 16, 16, 16, 17, 20, 17};
  for (size_t i = 0; i < sizeof rubbish / sizeof *rubbish; i++)
    for (int control = 0; control < 2; control++) {
      if (control && i == 3) continue;
      struct peer peer = peer_connect(control);
      peer_send_raw(&peer, rubbish[i], lengths[i]);
      CHECK(peer_next(&peer)->header.type == FRAME_ERROR);
      CHECK(peer_next(&peer)->header.type == 255);
      peer_close(&peer);
    }
  scene_print(scene.out, "fine", 4);
  CHECK_STR(peer_data(&good), "fine");
  peer_close(&good);
  scene_close(&scene);
}

TEST("a viewer that does not read its socket costs a bounded buffer and blocks nobody") {
  struct scene scene = scene_open(0, RING);
  struct peer deaf = peer_open(0, VIEW_OUTPUT, UINT32_MAX, 1);
  struct peer good = peer_open(0, VIEW_OUTPUT, UINT32_MAX, 2);
  for (int i = 0; i < 20; i++) {
    CHECK(scene_print(scene.out, letters(200000), 200000) == 200000);
    CHECK(strlen(peer_data(&good)) == 200000);
  }
  for (struct viewer *viewer = scene.session->viewers; viewer; viewer = viewer->next)
    CHECK(viewer->conn.unsent_length <= FRAME_DATA_BYTES + FRAME_HEADER_BYTES);
  peer_close(&deaf);
  peer_close(&good);
  scene_close(&scene);
}

TEST("output that comes while others hold the pipe of an ended process counts for 100 ms, then the exit is told") {
  struct scene scene = scene_open(0, RING);
  struct peer peer = peer_open(0, VIEW_OUTPUT, WINDOW, 1);
  session_exited(scene.session, 1 /* CLD_EXITED */, 0, false);
  scene_run();
  CHECK(!scene.session->ended && session_deadline() > loop_now());
  scene_print(scene.out, "late", 4);
  while (!scene.session->ended) {
    loop_turn(session_deadline());
    session_settle_all();
  }
  CHECK(loop_now() >= scene.session->drain_until);
  scene_print(scene.out, "too late", 8);
  CHECK_STR(peer_data(&peer), "late");
  CHECK(scene.session->ring.end == 4);
  peer_close(&peer);
  scene_close(&scene);
}

TEST("the agent hears of an exit, again on each new connection, until it acknowledges") {
  struct scene scene = scene_open(0, RING);
  struct peer agent = peer_connect(true);
  peer_send(&agent, FRAME_ACK, 5, "\2ab", 3);
  CHECK(peer_next(&agent)->header.type == FRAME_ERROR); /* it runs */
  scene_exit(&scene, 0);
  CHECK(peer_next(&agent)->header.type == FRAME_EXIT);
  struct peer other = peer_connect(true);
  CHECK(peer_next(&other)->header.type == FRAME_EXIT);
  peer_send(&other, FRAME_ACK, 6, "\2ab", 3);
  const struct seen *seen = peer_next(&other);
  CHECK(seen->header.type == FRAME_ACK && seen->header.offset == 6);
  CHECK(!session_find("ab"));
  struct peer third = peer_connect(true);
  CHECK(peer_next(&third)->header.type == 0);
  peer_close(&agent);
  peer_close(&other);
  peer_close(&third);
  scene_close(&scene);
}
