/* Mode `run`: the supervisor of one box. */
#ifndef BOXSHIM_SUPERVISE_H
#define BOXSHIM_SUPERVISE_H

/* Descriptor 3 is the plan, 4 a stream socket to whoever started it. Returns the exit status of the first process and of the supervisor. */
int supervise_main(void);

#endif
