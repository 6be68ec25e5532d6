#include "users.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "path.h"

/* 4294967295 is "leave it as it is" for setresuid: never an id. */
#define HIGHEST_ID 4294967294u

struct field {
  const char *bytes;
  size_t length;
};

static bool is_digit(char c) { return c >= '0' && c <= '9'; }

static bool equal(struct field a, struct field b) { return a.length == b.length && !memcmp(a.bytes, b.bytes, a.length); }

/* Decimal digits alone, at most HIGHEST_ID. No sign, no space, no other base (crun, CVE-2026-30892). */
static bool parse_id(struct field text, uint32_t *id) {
  uint64_t value = 0;
  if (text.length == 0 || text.length > 10) return false;
  for (size_t i = 0; i < text.length; i++) {
    if (!is_digit(text.bytes[i])) return false;
    value = value * 10 + (uint64_t)(text.bytes[i] - '0');
  }
  *id = (uint32_t)value;
  return value <= HIGHEST_ID;
}

/* A name starts with neither digit nor sign: what looks like a number must be one. */
static bool is_name(struct field text) {
  if (text.length == 0 || is_digit(text.bytes[0]) || text.bytes[0] == '+' || text.bytes[0] == '-') return false;
  for (size_t i = 0; i < text.length; i++)
    if ((unsigned char)text.bytes[i] <= ' ' || text.bytes[i] == 0x7f || strchr(":,/", text.bytes[i])) return false;
  return true;
}

/* Cuts up to the next `separator`; false when nothing is left. */
static bool cut(struct field *rest, char separator, struct field *part) {
  if (!rest->bytes) return false;
  const char *found = rest->length ? memchr(rest->bytes, separator, rest->length) : NULL;
  part->bytes = rest->bytes;
  part->length = found ? (size_t)(found - rest->bytes) : rest->length;
  rest->bytes = found ? found + 1 : NULL;
  rest->length -= found ? part->length + 1 : rest->length;
  return true;
}

static size_t split(struct field line, struct field *fields, size_t count) {
  size_t used = 0;
  while (used < count && cut(&line, ':', &fields[used])) used++;
  return used;
}

struct passwd_line {
  struct field name, home;
  uint32_t uid, gid;
};

/* The first well-formed line with this name, or with this uid when `name` is NULL. */
static bool find_user(struct users_text passwd, const struct field *name, uint32_t uid, struct passwd_line *found) {
  struct field rest = {passwd.bytes, passwd.length}, line, f[7];
  while (cut(&rest, '\n', &line)) {
    if (split(line, f, 7) < 6) continue; /* a missing shell is common */
    struct passwd_line user = {.name = f[0], .home = f[5]};
    if (!parse_id(f[2], &user.uid) || !parse_id(f[3], &user.gid)) continue;
    if (name ? !equal(f[0], *name) : user.uid != uid) continue;
    *found = user;
    return true;
  }
  return false;
}

struct group_line {
  struct field name, members;
  uint32_t gid;
};

static bool next_group(struct field *rest, struct group_line *group) {
  struct field line, f[4];
  while (cut(rest, '\n', &line)) {
    if (split(line, f, 4) < 3 || !parse_id(f[2], &group->gid)) continue;
    group->name = f[0];
    group->members = line;
    for (int colon = 0; colon < 3; colon++) /* without a fourth field: empty */
      if (!cut(&group->members, ':', &line)) break;
    if (!group->members.bytes) group->members = (struct field){"", 0};
    return true;
  }
  return false;
}

static bool find_group(struct users_text text, struct field name, uint32_t *gid) {
  struct field rest = {text.bytes, text.length};
  for (struct group_line group; next_group(&rest, &group);)
    if (equal(group.name, name)) {
      *gid = group.gid;
      return true;
    }
  return false;
}

static bool is_member(struct field members, struct field user) {
  for (struct field member; cut(&members, ',', &member);)
    if (equal(member, user)) return true;
  return false;
}

static int add_group(struct identity *identity, uint32_t gid, struct fail *fail) {
  for (size_t i = 0; i < identity->group_count; i++)
    if (identity->groups[i] == gid) return 0;
  if ((identity->group_count & (identity->group_count + 1)) == 0) { /* room for 1, 3, 7, … is used up */
    gid_t *more = realloc(identity->groups, (2 * identity->group_count + 1) * sizeof *more);
    if (!more) return fail_set(fail, ENOMEM, "groups");
    identity->groups = more;
  }
  identity->groups[identity->group_count++] = gid;
  return 0;
}

static int resolve_group(struct field text, struct users_text group, uint32_t *gid, struct fail *fail) {
  if (parse_id(text, gid)) return 0;
  if (!is_name(text)) return fail_say(fail, EINVAL, "group '%.*s' is neither a name nor a number from 0 to %u", (int)text.length, text.bytes, HIGHEST_ID);
  if (find_group(group, text, gid)) return 0;
  return fail_say(fail, ENOENT, "group '%.*s' is not in the box's /etc/group", (int)text.length, text.bytes);
}

static int copy_home(struct identity *identity, struct field home, struct fail *fail) {
  if (memchr(home.bytes, 0, home.length)) return 0; /* no line a tool would have written */
  identity->home = malloc(home.length + 1);
  if (!identity->home) return fail_set(fail, ENOMEM, "home");
  memcpy(identity->home, home.bytes, home.length);
  identity->home[home.length] = 0;
  return 0;
}

/* Groups that list the user as a member. */
static int add_memberships(struct identity *identity, struct field user, struct users_text group, struct fail *fail) {
  struct field rest = {group.bytes, group.length};
  for (struct group_line line; next_group(&rest, &line);)
    if (is_member(line.members, user) && add_group(identity, line.gid, fail)) return -1;
  return 0;
}

int users_resolve(const char *spec, const char *const *additional, struct users_text passwd, struct users_text group,
                  struct identity *identity, struct fail *fail) {
  struct field rest = {spec, strlen(spec)}, user = {"", 0}, group_part = {0};
  struct passwd_line line = {0};
  *identity = (struct identity){0};
  cut(&rest, ':', &user);
  bool has_group = rest.bytes != NULL;
  if (has_group) group_part = rest;
  bool numeric = user.length == 0 || parse_id(user, &line.uid);
  if (!numeric && !is_name(user))
    return fail_say(fail, EINVAL, "user '%s' is neither a name nor a number from 0 to %u", spec, HIGHEST_ID);
  bool known = find_user(passwd, numeric ? NULL : &user, line.uid, &line);
  if (!known && !numeric)
    return fail_say(fail, ENOENT, "user '%.*s' is not in the box's /etc/passwd", (int)user.length, user.bytes);
  identity->uid = line.uid;
  identity->gid = line.gid;
  if (has_group && resolve_group(group_part, group, &identity->gid, fail)) return -1;
  if (known && copy_home(identity, line.home, fail)) return -1;
  /* The primary group is a supplementary one too: a program that changes its gid keeps being judged by it (CVE-2022-36109). */
  if (add_group(identity, identity->gid, fail)) return -1;
  /* As with Docker: who names a group gets that one alone. */
  if (known && !has_group && add_memberships(identity, line.name, group, fail)) return -1;
  for (uint32_t gid; *additional; additional++)
    if (resolve_group((struct field){*additional, strlen(*additional)}, group, &gid, fail) || add_group(identity, gid, fail))
      return -1;
  return 0;
}

void users_free(struct identity *identity) {
  free(identity->groups);
  free(identity->home);
  *identity = (struct identity){0};
}

int users_read_file(int root, const char *path, struct users_text *text, struct fail *fail) {
  struct stat status;
  *text = (struct users_text){"", 0};
  /* O_PATH first: opening a device or a FIFO could do something. */
  int place = path_open(root, path, O_PATH, 0);
  if (place < 0) return errno == ENOENT || errno == ENOTDIR ? 0 : fail_set(fail, errno, "open %s", path);
  if (fstat(place, &status) || !S_ISREG(status.st_mode) || status.st_size > USERS_FILE_BYTES) {
    close(place);
    if (!S_ISREG(status.st_mode)) return fail_say(fail, EINVAL, "%s of the box is not a regular file", path);
    return fail_say(fail, EFBIG, "%s of the box is larger than %d bytes", path, USERS_FILE_BYTES);
  }
  close(place);
  int fd = path_open(root, path, O_RDONLY | O_NONBLOCK | O_NOCTTY, 0);
  if (fd < 0) return fail_set(fail, errno, "open %s", path);
  char *bytes = NULL;
  /* It may have been swapped since: what counts is what was opened. */
  if (fstat(fd, &status) || !S_ISREG(status.st_mode)) {
    fail_say(fail, EINVAL, "%s of the box is not a regular file", path);
  } else if (!(bytes = malloc(USERS_FILE_BYTES))) {
    fail_set(fail, ENOMEM, "%s", path);
  } else {
    size_t length = 0;
    ssize_t got = 0;
    while (length < USERS_FILE_BYTES && (got = read(fd, bytes + length, USERS_FILE_BYTES - length)) > 0) length += (size_t)got;
    *text = (struct users_text){bytes, length};
    if (got < 0) fail_set(fail, errno, "read %s", path);
    close(fd);
    return got < 0 ? -1 : 0;
  }
  close(fd);
  return -1;
}
