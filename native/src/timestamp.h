/* RFC 3339 with nanoseconds in UTC, without libc's time zones. */
#ifndef BOXSHIM_TIMESTAMP_H
#define BOXSHIM_TIMESTAMP_H

#include <stdint.h>

/* `2026-11-22T05:53:27.123456789Z` */
enum { TIMESTAMP_BYTES = 30 };

/* Exactly TIMESTAMP_BYTES characters, no NUL. `time`: nanoseconds since 1970. */
void timestamp_format(uint64_t time, char text[TIMESTAMP_BYTES]);

#endif
