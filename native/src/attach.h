/* attach.sock: viewers. Each connection watches, and may type into, one session (docs/protocol.md, Attach). */
#ifndef BOXSHIM_ATTACH_H
#define BOXSHIM_ATTACH_H

#include <stdbool.h>
#include <stdint.h>

#include "conn.h"
#include "session.h"

enum { VIEW_OUTPUT = 1, VIEW_INPUT = 2, VIEW_LOSSLESS = 4 };

struct viewer {
  struct conn conn;
  struct viewer *next;      /* of the same session */
  struct session *session;  /* NULL before its open frame */
  struct client *client;    /* NULL without VIEW_INPUT */
  uint32_t flags;           /* VIEW_* */
  uint64_t position;        /* of the next byte to send */
  uint64_t credit;          /* data bytes it still takes */
  uint64_t taken;           /* up to here its credits say that it has the bytes */
  uint64_t acknowledged;    /* input offset last told */
  bool exit_sent;
};

/* A new connection; closes it when there are too many. */
void attach_accept(int fd);
/* Sends what there is to send and may be sent. */
void viewer_pump(struct viewer *viewer);
/* Ends the connection with an error frame. */
void viewer_fail(struct viewer *viewer, int error, const char *text);
/* How many connections there are. */
unsigned attach_count(void);
/* Closes all of them. */
void attach_close_all(void);

#endif
