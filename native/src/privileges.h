/* Our own capabilities, for the modes that handle files of strangers. (A box's are in box_privileges.c.) */
#ifndef BOXSHIM_PRIVILEGES_H
#define BOXSHIM_PRIVILEGES_H

#include <stdint.h>

#include "fail.h"

#define PRIVILEGE(capability) ((uint64_t)1 << (capability))

/* Keeps `effective` and, to be raised later, `permitted`, as far as we have them; sets no_new_privs. */
int privileges_keep(uint64_t effective, uint64_t permitted, struct fail *fail);
/* One permitted capability in force and out of it. Failures show in the call that needs it. */
void privileges_raise(int capability);
void privileges_lower(int capability);

#endif
