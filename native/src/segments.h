/* The files of a log directory: `<sequence>-<first offset>.log`, sequence in 8 digits or more. */
#ifndef BOXSHIM_SEGMENTS_H
#define BOXSHIM_SEGMENTS_H

#include <stdint.h>

/* Creates a segment for appending; an existing file is an error. A descriptor, or -1 with errno. */
int segment_create(int directory, uint64_t sequence, uint64_t offset);

/* Removes all segments but the `keep` newest, of which `newest` is the last. What cannot be removed stays. */
void segments_remove_older(int directory, uint64_t newest, uint32_t keep);

#endif
