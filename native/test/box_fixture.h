/* A box for tests: a tmpfs with busybox as its root, a plan as the engine would write it, and what came out of it. */
#ifndef BOXSHIM_BOX_FIXTURE_H
#define BOXSHIM_BOX_FIXTURE_H

#include "fail.h"
#include "launch.h"
#include "plan_builder.h"

#define BUSYBOX "/bin/busybox"

struct run {
  int status; /* as waitpid gives it */
  struct fail fail;
  char output[16384]; /* stdout and stderr */
};

/* A detached tmpfs with bin/busybox and links sh, id, cat, … in it. Paths in it: fixture_path. */
int fixture_root(void);
/* Writes a file into the root. */
void fixture_file(int root, const char *path, const char *text);
/* slotFd, clone into all namespaces, root, /proc /dev /dev/pts /dev/shm /dev/mqueue /sys with nodes and links. */
void fixture_begin(struct builder *b, int root);
/* pivot, PATH and `exec sh -c script`; runs it and frees the builder. */
void fixture_sh(struct builder *b, const char *script, struct run *run);
/* Ends the plan and runs it. */
void fixture_run(struct builder *b, struct run *run);

#endif
