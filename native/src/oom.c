#include "oom.h"

#include <fcntl.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

bool oom_parse(const char *text, size_t length) {
  static const char key[] = "oom_kill ";
  const char *line = text, *end = text + length;
  while (line < end) {
    const char *newline = memchr(line, '\n', (size_t)(end - line));
    size_t size = (size_t)((newline ? newline : end) - line);
    if (size > sizeof key - 1 && memcmp(line, key, sizeof key - 1) == 0)
      return line[sizeof key - 1] != '0';
    line += size + 1;
  }
  return false;
}

bool oom_happened(int cgroup) {
  int fd = cgroup < 0 ? -1 : openat(cgroup, "memory.events", O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
  if (fd < 0) return false;
  char text[512];
  ssize_t length = read(fd, text, sizeof text);
  close(fd);
  return length > 0 && oom_parse(text, (size_t)length);
}
