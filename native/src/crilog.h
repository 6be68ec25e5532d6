/* The log of a box in Kubernetes' CRI text format, in segments (docs/protocol.md, Log). A full disk never stops the box. */
#ifndef BOXSHIM_CRILOG_H
#define BOXSHIM_CRILOG_H

#include <stddef.h>
#include <stdint.h>
#include <sys/uio.h>

struct crilog {
  int directory;          /* -1: nothing is logged */
  uint64_t segment_bytes; /* a record that would make a segment longer starts the next one */
  uint32_t segment_count; /* so many newest segments are kept */
  uint64_t sequence;      /* of the next segment to be opened */
  uint64_t offset;        /* content offset up to which segments hold records (gaps counted in) */
  uint64_t lost;          /* bytes behind `offset` that could not be written and no gap record tells of yet */

  int fd;           /* segment being written, -1: the next record opens one */
  uint64_t written; /* its length, always at the end of a record */
  uint64_t time;    /* of its newest record: times never go back within a segment */

  uint8_t *buffer;          /* records not yet written */
  size_t used;
  uint64_t buffered;        /* content bytes in the buffer, the gap record's not counted */
  uint64_t buffered_gap;    /* what a gap record in the buffer says was lost */
};

enum {
  CRILOG_TEXT_BYTES = 16 * 1024,    /* a longer line becomes several records (kubelet's and Docker's limit) */
  CRILOG_BUFFER_BYTES = 256 * 1024, /* one write of this is within 5 % of the fastest; memory is given back by crilog_tidy */
};

/* Fill directory, segment_bytes, segment_count, sequence and offset first. Opens nothing yet. 0, or -1 with errno. */
int crilog_open(struct crilog *log);

/* Logs one chunk as read from `stream` at `now` (ns, realtime): all of it is in the segments or counted as lost when it returns. */
void crilog_write(struct crilog *log, int stream, const struct iovec parts[2], uint64_t now);

/* Tries to write the gap record of what was lost. Call it now and then while `lost` is not 0, and at the end. */
void crilog_mend(struct crilog *log, uint64_t now);

/* Gives the memory of a busy moment back. */
void crilog_tidy(struct crilog *log);

#endif
