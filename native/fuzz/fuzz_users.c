/* /etc/passwd, /etc/group and `user[:group]`, one after the other, separated by NUL. */
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "users.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length) {
  struct users_text texts[2];
  struct identity identity;
  struct fail fail = {0};
  for (int i = 0; i < 2; i++) {
    const uint8_t *end = length ? memchr(bytes, 0, length) : NULL;
    if (!end) return 0;
    texts[i] = (struct users_text){(const char *)bytes, (size_t)(end - bytes)};
    length -= (size_t)(end + 1 - bytes);
    bytes = end + 1;
  }
  if (!length || bytes[length - 1]) return 0;
  const char *additional[] = {"wheel", "7", NULL};
  if (!users_resolve((const char *)bytes, additional, texts[0], texts[1], &identity, &fail) && identity.uid == UINT32_MAX) abort();
  users_free(&identity);
  return 0;
}

size_t fuzz_seed(unsigned number, uint8_t *bytes, size_t capacity) {
  static const char *const SPECS[] = {"alice", "alice:wheel", "1000:10", ":2", "", "4294967295", "+1"};
  static const char FILES[] = "root:x:0:0:root:/root:/bin/sh\nalice:x:1000:1001:Alice:/home/alice:/bin/sh\n\0root:x:0:\nwheel:x:10:root,alice\n";
  if (number >= sizeof SPECS / sizeof *SPECS || capacity < sizeof FILES + 32) return 0;
  memcpy(bytes, FILES, sizeof FILES);
  strcpy((char *)bytes + sizeof FILES, SPECS[number]);
  return sizeof FILES + strlen(SPECS[number]) + 1;
}
