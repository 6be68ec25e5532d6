/* Exchanges two names as fast as it can (renameat2(2), RENAME_EXCHANGE): a directory that is a link every other moment. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

int main(int argc, char **argv) {
  if (argc != 3) return 1;
  puts("flipping");
  fflush(stdout);
  for (;;)
    if (renameat2(AT_FDCWD, argv[1], AT_FDCWD, argv[2], RENAME_EXCHANGE)) return 2;
}
