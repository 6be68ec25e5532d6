/* exit.json: how a box ended, for an agent that was not there (docs/protocol.md). */
#ifndef BOXSHIM_EXITFILE_H
#define BOXSHIM_EXITFILE_H

#include <stddef.h>
#include <stdint.h>

#include "fail.h"
#include "session.h"

struct exit_record {
  const struct session *sessions; /* linked list; the init has the id "" */
  uint64_t started;               /* ns, realtime; 0: its program never ran */
  const char *boot_id;
  const struct fail *fail; /* why it never ran, or NULL */
};

/*
 * {"code","signal","oom","startedAt","finishedAt","bootId","outputEnd","error"?,"execs":[{"id","code","signal","oom","finishedAt",
 * "outputEnd"}]}: code -1 and the signal's number when a signal ended it, else signal 0. Times are RFC 3339, or null.
 * Returns memory from malloc and its length, or NULL.
 */
char *exitfile_text(const struct exit_record *record, size_t *length);

/* Writes it whole or not at all: temporary file, fsync, rename. 0, or -1 with errno. */
int exitfile_write(int directory, const struct exit_record *record);

#endif
