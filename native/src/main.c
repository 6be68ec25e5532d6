/* boxshim MODE: docs/protocol.md, Plan. Descriptor 3 is the plan, 4 leads back to whoever started us. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>

#include "launch.h"
#include "sys.h"
#include "tree.h"
#include "frame.h"

#ifndef BOXSHIM_VERSION
#error "the Makefile passes the version"
#endif

int supervise_main(void);

/* What we were started with may lack them: the first socket we open would become somebody's output. */
static int open_standard_streams(void) {
  for (int stream = 0; stream < 3; stream++)
    if (fcntl(stream, F_GETFD) < 0 && open("/dev/null", O_RDWR) != stream) return -1;
  return 0;
}

#define TEXT_OF(number) #number
#define NUMBER(macro) TEXT_OF(macro)

static int version_main(void) {
  static const char text[] = "boxshim " BOXSHIM_VERSION ", plan " NUMBER(PLAN_VERSION) "\n";
  return write(1, text, sizeof text - 1) == (ssize_t)sizeof text - 1 ? 0 : 125;
}

int main(int argc, char **argv) {
  static const char usage[] = "usage: boxshim run|exec|unpack|remove|read|write|version (started by boxd; see docs/protocol.md)\n";
  const char *mode = argc == 2 ? argv[1] : "";
  if (open_standard_streams()) return 125;
  if (!strcmp(mode, "run")) return supervise_main();
  if (!strcmp(mode, "exec")) return exec_main();
  if (!strcmp(mode, "unpack")) return unpack_main();
  if (!strcmp(mode, "remove")) return remove_main();
  if (!strcmp(mode, "read")) return read_main();
  if (!strcmp(mode, "write")) return write_main();
  if (!strcmp(mode, "version")) return version_main();
  (void)!write(2, usage, sizeof usage - 1);
  return 125;
}
