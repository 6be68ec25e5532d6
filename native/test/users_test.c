#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "test.h"
#include "users.h"

static const char PASSWD[] =
    "root:x:0:0:root:/root:/bin/sh\n"
    "# a comment\n"
    "broken:x:12\n"
    "hex:x:0x10:0:::\n"
    "1000:x:0:0:number as name:/evil:/bin/sh\n"
    "+1:x:0:0::/evil:\n"
    "alice:x:1000:1001:Alice:/home/alice:/bin/sh\n"
    "last:x:7:8::/last:";
static const char GROUP[] =
    "root:x:0:\n"
    "alice:x:1001:\n"
    "wheel:x:10:root,alice\n"
    "malice:x:11:malice,alicex\n"
    "55:x:0:\n"
    "audio:x:29:alice\n"
    "twice:x:10:alice\n"
    "short:x:77\n"
    "tty:x:5:last";

static struct identity who;
static struct fail fail;

static int resolve_with(const char *spec, const char *const *additional) {
  struct users_text passwd = {PASSWD, sizeof PASSWD - 1}, group = {GROUP, sizeof GROUP - 1};
  users_free(&who);
  fail = (struct fail){0};
  return users_resolve(spec, additional, passwd, group, &who, &fail);
}

static int resolve(const char *spec) {
  const char *none[] = {NULL};
  return resolve_with(spec, none);
}

TEST("a name gives uid, gid, home and the groups that list it") {
  CHECK(resolve("alice") == 0);
  CHECK(who.uid == 1000 && who.gid == 1001 && who.group_count == 3 && who.groups[0] == 1001 && who.groups[1] == 10 && who.groups[2] == 29);
  CHECK_STR(who.home, "/home/alice");
  users_free(&who);
}

TEST("the last line counts without a newline and without a shell") {
  CHECK(resolve("last") == 0);
  CHECK(who.uid == 7 && who.gid == 8 && who.group_count == 2 && who.groups[1] == 5);
  CHECK_STR(who.home, "/last");
  users_free(&who);
}

TEST("nobody named is root") {
  CHECK(resolve("") == 0 && who.uid == 0 && who.gid == 0 && who.group_count == 2 && who.groups[1] == 10);
  CHECK_STR(who.home, "/root");
  CHECK(resolve(":2") == 0 && who.uid == 0 && who.gid == 2 && who.group_count == 1);
  CHECK(resolve(":wheel") == 0 && who.uid == 0 && who.gid == 10);
  users_free(&who);
}

TEST("a number is never looked up as a name") {
  CHECK(resolve("1000") == 0);
  CHECK(who.uid == 1000 && who.gid == 1001);
  CHECK_STR(who.home, "/home/alice");
  CHECK(resolve("0:55") == 0 && who.gid == 55);
  users_free(&who);
}

TEST("a number without a line is that user in group 0, without a home") {
  CHECK(resolve("1") == 0 && who.uid == 1 && who.gid == 0 && who.group_count == 1 && who.groups[0] == 0 && !who.home);
  CHECK(resolve("1:2") == 0 && who.uid == 1 && who.gid == 2);
  CHECK(resolve("4294967294:4294967294") == 0 && who.uid == 4294967294u);
  users_free(&who);
}

TEST("a named group is the only one") {
  CHECK(resolve("alice:wheel") == 0 && who.uid == 1000 && who.gid == 10 && who.group_count == 1);
  users_free(&who);
}

TEST("what is neither name nor number is refused") {
  static const char *const BAD[] = {"+1", "-1", "0x1", "1000 ", " 1", "4294967295", "4294967296", "99999999999999999999",
                                    "1:", "alice:", "alice:+1", "alice:0x1", "alice:1:2", "1e3", "a/b", "a b", "a\nb", "alice:0x10"};
  for (size_t i = 0; i < sizeof BAD / sizeof *BAD; i++) {
    if (resolve(BAD[i]) != -1 || fail.error != EINVAL) test_failed(__FILE__, __LINE__, BAD[i]);
  }
  CHECK(resolve("nobody") == -1 && fail.error == ENOENT);
  CHECK_STR(fail.text, "user 'nobody' is not in the box's /etc/passwd");
  CHECK(resolve("hex") == -1 && resolve("broken") == -1);
  CHECK(resolve("alice:nogroup") == -1);
  CHECK_STR(fail.text, "group 'nogroup' is not in the box's /etc/group");
  users_free(&who);
}

TEST("additional groups are names or numbers, each once") {
  const char *additional[] = {"wheel", "29", "1234", "1234", "short", NULL}, *bad[] = {"nogroup", NULL};
  CHECK(resolve_with("alice", additional) == 0);
  CHECK(who.group_count == 5 && who.groups[3] == 1234 && who.groups[4] == 77);
  CHECK(resolve_with("alice", bad) == -1);
  users_free(&who);
}

static int read_text(const char *path, struct users_text *text) {
  int root = open("/tmp", O_PATH | O_DIRECTORY | O_CLOEXEC);
  fail = (struct fail){0};
  int result = users_read_file(root, path, text, &fail);
  close(root);
  return result;
}

TEST("only a regular file of at most 1 MiB is read, and a FIFO does not hang") {
  struct users_text text;
  char path[] = "/tmp/users-XXXXXX";
  int fd = mkstemp(path);
  const char *name = path + 4;
  CHECK(fd >= 0 && !ftruncate(fd, USERS_FILE_BYTES) && read_text(name, &text) == 0 && text.length == USERS_FILE_BYTES);
  free((char *)(uintptr_t)text.bytes);
  CHECK(!ftruncate(fd, 1 << 30) && read_text(name, &text) == -1 && fail.error == EFBIG);
  close(fd);
  CHECK(!unlink(path) && read_text(name, &text) == 0 && text.length == 0);
  CHECK(!mkfifo(path, 0600) && read_text(name, &text) == -1);
  CHECK(strstr(fail.text, "not a regular file"));
  CHECK(!unlink(path) && !mkdir(path, 0700) && read_text(name, &text) == -1 && !rmdir(path));
  CHECK(!symlink("/dev/zero", path) && read_text(name, &text) == 0 && text.length == 0); /* links stay inside the root */
  CHECK(!unlink(path));
}
