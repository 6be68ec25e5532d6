/* The names in a directory, in byte order: the same directory is always told the same way. */
#ifndef BOXSHIM_NAMES_H
#define BOXSHIM_NAMES_H

#include <stddef.h>
#include <stdint.h>

#include "fail.h"

struct names {
  char *bytes;
  size_t used, capacity;
  size_t *starts;
  size_t count, room;
};

/* Reads them all but `.` and `..`. 0, or -1 with fail filled; names_free is needed either way. */
int names_read(int directory, struct names *names, struct fail *fail);
const char *names_at(const struct names *names, size_t index);
void names_free(struct names *names);

#endif
