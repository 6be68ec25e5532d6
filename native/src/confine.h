/* What a mode that handles files of strangers never does: run a program, make a process, reach the network or another namespace. */
#ifndef BOXSHIM_CONFINE_H
#define BOXSHIM_CONFINE_H

#include "fail.h"

/* A seccomp filter that answers EPERM to all of that. Needs no_new_privs (privileges_keep). */
int confine(struct fail *fail);

#endif
