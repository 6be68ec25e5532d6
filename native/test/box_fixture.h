/* A box for tests: a tmpfs with busybox as its root, a plan as the engine would write it, and what came out of it. */
#ifndef BOXSHIM_BOX_FIXTURE_H
#define BOXSHIM_BOX_FIXTURE_H

#include <stdbool.h>

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
/* Signals, umask, PATH, HOME and `exec sh -c script`. */
void fixture_program(struct builder *b, const char *script);
/* fixture_program and fixture_run. */
void fixture_sh(struct builder *b, const char *script, struct run *run);
/* Ends the plan and runs it. */
void fixture_run(struct builder *b, struct run *run);

/* A box that goes on running; its output is read by fixture_finish. */
struct running {
  struct launch launch;
  int output, master;
  struct run *run;
};
/* As fixture_run up to execve. False when it failed: `run` is filled. */
bool fixture_start(struct builder *b, struct running *running, struct run *run);
/* Reads all output and waits for the end. */
void fixture_finish(struct running *running);
void fixture_kill(struct running *running);
/* Runs `plan` by the program's exec mode against the box, as its supervisor would. */
void fixture_exec(struct builder *b, const struct running *box, int cgroup, struct run *run);
/* The start of a plan for fixture_exec: join of all namespaces, clone. */
void fixture_exec_begin(struct builder *b, bool cgroup);

#endif
