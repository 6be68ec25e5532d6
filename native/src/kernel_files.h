/* Windows into the kernel (procfs, sysfs, …): what lies there are no files, sizes lie, reading and writing has effects. */
#ifndef BOXSHIM_KERNEL_FILES_H
#define BOXSHIM_KERNEL_FILES_H

#include <stdbool.h>

/* Whether the descriptor (O_PATH is enough) is on such a file system; also when that cannot be known. */
bool is_kernel_interface(int fd);

#endif
