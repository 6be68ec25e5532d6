/* Paths that an image or a box can influence: always resolved inside a root descriptor, then acted on by descriptor. */
#ifndef BOXSHIM_PATH_H
#define BOXSHIM_PATH_H

#include <stdint.h>
#include <sys/types.h>

#include "fail.h"

/* openat2 inside `root` (RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS | extra). A descriptor, or -1 with errno. */
int path_open(int root, const char *path, uint64_t flags, uint64_t extra);
/* The same with our own root as the limit: `..` and absolute links may lead above `directory`. `resolve` as openat2 takes it. */
int path_open_scoped(int directory, const char *path, uint64_t flags, uint64_t resolve);
enum path_kind { PATH_DIRECTORY, PATH_FILE };
/* O_PATH descriptor of `path`; what is missing is made: directories 0755, the last component as `kind`, a file 0644. */
int path_make(int root, const char *path, enum path_kind kind, struct fail *fail);
/* O_PATH descriptor of the directory that holds `path` (made when missing); *name is the last component, within `path`. */
int path_parent(int root, const char *path, const char **name, struct fail *fail);

#endif
