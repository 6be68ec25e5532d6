/* What a supervisor is to the host: its process attributes, its sockets in the run directory, its own empty mount namespace. */
#ifndef BOXSHIM_HOME_H
#define BOXSHIM_HOME_H

#include <sys/types.h>

#include "fail.h"

/*
 * clone3 of the supervisor, straight into a cgroup (-1: the caller's). Returns like fork: 0 in the supervisor, its pid in the first
 * process, -1 with errno.
 */
pid_t home_fork(int cgroup);

/* setsid, subreaper, name, /dev/null as 0 to 2, SIGPIPE and SIGXFSZ ignored. 0, or -1 with `fail`. */
int home_settle(struct fail *fail);

/* A listening socket `name` (mode 0600) in the run directory, or -1 with `fail`. */
int home_listen(int directory, const char *name, struct fail *fail);
/* Writes shim.pid. 0, or -1 with `fail`. */
int home_write_pid(int directory, struct fail *fail);
/* Removes what the two above made. */
void home_remove(int directory);

/* A connection of the same user or root, or -1: nobody there, or somebody else (closed). */
int home_accept(int listener);

/*
 * Leaves all mounts behind: a mount namespace with one empty root. Descriptors stay usable. Nothing of the host stays busy on the
 * supervisor's account. 0, or -1 with errno.
 */
int home_leave_mounts(void);

/*
 * Gives the pages of the program itself back, most of a supervisor's memory: those that are needed come back, the rest (starting,
 * ending, being busy) stays away.
 */
void home_drop_program(void);

#endif
