#include "loop.h"

#include <stdlib.h>
#include <sys/epoll.h>
#include <time.h>

enum { EVENTS_PER_TURN = 32 };

/* Freed memory waits in a list linked through itself, behind its watch: that still has to say "no events". */
struct garbage {
  struct watch watch;
  struct garbage *next;
};

static int epoll = -1;
static struct garbage *garbage;

int loop_open(void) {
  epoll = epoll_create1(EPOLL_CLOEXEC);
  return epoll < 0 ? -1 : 0;
}

int watch_set(struct watch *watch, uint32_t events) {
  if (watch->events == events) return 0;
  int operation = watch->events == 0 ? EPOLL_CTL_ADD : events == 0 ? EPOLL_CTL_DEL : EPOLL_CTL_MOD;
  struct epoll_event event = {.events = events, .data.ptr = watch};
  if (epoll_ctl(epoll, operation, watch->fd, &event) < 0) return -1;
  watch->events = events;
  return 0;
}

int64_t loop_now(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec * SECONDS + now.tv_nsec;
}

uint64_t loop_realtime(void) {
  struct timespec now;
  clock_gettime(CLOCK_REALTIME, &now);
  return (uint64_t)(now.tv_sec * SECONDS + now.tv_nsec);
}

static void sweep(void) {
  while (garbage) {
    struct garbage *next = garbage->next;
    free(garbage);
    garbage = next;
  }
}

int loop_turn(int64_t deadline) {
  int timeout = -1;
  if (deadline != INT64_MAX) {
    int64_t left = (deadline - loop_now() + MILLISECONDS - 1) / MILLISECONDS;
    timeout = left < 0 ? 0 : left > 3600000 ? 3600000 : (int)left;
  }
  struct epoll_event turn[EVENTS_PER_TURN];
  int ready = epoll_wait(epoll, turn, EVENTS_PER_TURN, timeout);
  if (ready < 0) ready = 0; /* EINTR: nothing else can happen to a valid epoll descriptor */
  for (int i = 0; i < ready; i++) {
    struct watch *watch = turn[i].data.ptr;
    /* Errors and hang-ups count as whatever is waited for; a watch taken out earlier in this turn is left alone. */
    if (watch->events) watch->ready(watch, turn[i].events);
  }
  sweep();
  return ready;
}

void free_later(void *memory) {
  struct garbage *entry = memory;
  entry->watch.events = 0;
  entry->next = garbage;
  garbage = entry;
}
