/* Whether the kernel killed something in a cgroup for lack of memory. */
#ifndef BOXSHIM_OOM_H
#define BOXSHIM_OOM_H

#include <stdbool.h>
#include <stddef.h>

/* Reads memory.events of the cgroup behind the descriptor; false when there is no such file (no memory controller). */
bool oom_happened(int cgroup);
/* The pure half: `text` (length bytes) as memory.events has it; oom_kill is not 0. cgroup-v2.rst, memory.events. */
bool oom_parse(const char *text, size_t length);

#endif
