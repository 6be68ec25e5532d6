/* ctl.sock and descriptor 4: the agent's control connections (docs/protocol.md, Control). */
#ifndef BOXSHIM_CTL_H
#define BOXSHIM_CTL_H

#include <stdbool.h>
#include <stdint.h>

#include "fail.h"
#include "session.h"

/* A new connection; tells it of every exit that nobody acknowledged. Closes it when there are too many. */
void ctl_accept(int fd);
/* The init runs: every connection is told the state. */
void ctl_started(void);
/* The init could not be started: every connection is told why and ends. */
void ctl_start_failed(const struct fail *fail);
/* Tells every connection of the exits that became complete since the last call. */
void ctl_tell_exits(void);
/* Answers request `request` of the connection `serial`, if that is still there. `fail` NULL: ack with the pid. */
void ctl_answer_exec(uint64_t serial, uint64_t request, pid_t pid, const struct fail *fail);
/* Whether something that was sent still waits to be taken. */
bool ctl_unsent(void);
void ctl_close_all(void);

#endif
