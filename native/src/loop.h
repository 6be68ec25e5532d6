/* The supervisor's event loop: level-triggered epoll over `struct watch`, one deadline, memory freed between rounds. */
#ifndef BOXSHIM_LOOP_H
#define BOXSHIM_LOOP_H

#include <stdint.h>

/* Embed it as the first member of what is watched. Zero-initialise, then set fd and ready. */
struct watch {
  int fd;
  uint32_t events; /* what is asked for now; 0: not registered (a hung-up pipe would wake us for ever otherwise) */
  void (*ready)(struct watch *watch, uint32_t events);
};

/* 0, or -1 with errno. */
int loop_open(void);

/* Changes what is waited for; 0 takes the descriptor out. Call it with 0 before the descriptor is closed. 0, or -1 with errno. */
int watch_set(struct watch *watch, uint32_t events);

/* Waits until `deadline` (loop_now() terms, INT64_MAX: for ever) at most and calls what is ready. Returns how many were ready. */
int loop_turn(int64_t deadline);

/* CLOCK_MONOTONIC in nanoseconds. */
int64_t loop_now(void);
/* CLOCK_REALTIME in nanoseconds. */
uint64_t loop_realtime(void);

#define MILLISECONDS INT64_C(1000000)
#define SECONDS INT64_C(1000000000)

/* free() once the round is over: events of this round may still point to it. `memory` starts with a watch that was taken out, and more. */
void free_later(void *memory);

#endif
