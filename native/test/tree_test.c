#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/wait.h>
#include <sys/xattr.h>

#include "frame.h"
#include "plan_builder.h"
#include "sys.h"
#include "test.h"

/* The program under test; `make test` builds it first. */
#define BOXSHIM (getenv("BOXSHIM") ? getenv("BOXSHIM") : "build/boxshim")

struct reply {
  int status;
  struct frame_header frame;
  char text[1024];
};

static struct builder b;
static struct reply reply;

/* A fresh directory on a detached tmpfs that takes trusted attributes. */
static int new_directory(void) {
  int context = fsopen("tmpfs", FSOPEN_CLOEXEC);
  if (fsconfig(context, FSCONFIG_CMD_CREATE, NULL, NULL, 0)) abort();
  int fd = fsmount(context, FSMOUNT_CLOEXEC, 0);
  /* A mode of boxshim clones the mount, so it must be attached. */
  if (fd < 0 || move_mount(fd, "", AT_FDCWD, "/mnt", MOVE_MOUNT_F_EMPTY_PATH)) abort();
  close(context);
  return fd;
}

static void run_mode(const char *mode, int plan, int directory) {
  int pair[2];
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair)) abort();
  pid_t pid = fork();
  if (pid == 0) {
    int sources[3] = {fcntl(plan, F_DUPFD, 100), fcntl(pair[1], F_DUPFD, 100), fcntl(directory, F_DUPFD, 100)};
    for (int i = 0; i < 3; i++) dup2(sources[i], 3 + i);
    execl(BOXSHIM, "boxshim", mode, NULL);
    _exit(99);
  }
  close(pair[1]);
  close(plan);
  uint8_t header[FRAME_HEADER_BYTES];
  reply = (struct reply){0};
  if (read(pair[0], header, sizeof header) == (ssize_t)sizeof header && frame_header_read(header, &reply.frame) &&
      reply.frame.length > 8 && reply.frame.length < sizeof reply.text) {
    char payload[1024];
    if (recv(pair[0], payload, reply.frame.length, MSG_WAITALL) > 8) memcpy(reply.text, payload + 8, reply.frame.length - 8);
  }
  waitpid(pid, &reply.status, 0);
  close(pair[0]);
}

static void unpack(int directory) {
  int plan = memfd_create("plan", MFD_CLOEXEC);
  if (write(plan, b.bytes, b.length) != (ssize_t)b.length || lseek(plan, 0, SEEK_SET)) abort();
  build_free(&b);
  run_mode("unpack", plan, directory);
}

static void add_directory(const char *path, uint32_t mode) { build(&b, PLAN_TREE_DIRECTORY, path, mode, 3u, 4u, (uint64_t)1000, 5u); }
static void add_file(const char *path, uint32_t mode, const char *text) {
  build(&b, PLAN_TREE_FILE, path, mode, 1u, 2u, (uint64_t)2000, 7u, (uint64_t)strlen(text));
  if (*text) build(&b, PLAN_TREE_DATA, (uint64_t)0, text, strlen(text));
}

static struct stat status_of(int directory, const char *path) {
  struct stat status = {0};
  fstatat(directory, path, &status, AT_SYMLINK_NOFOLLOW);
  return status;
}

static const char *content_of(int directory, const char *path) {
  static char text[1024];
  int fd = openat(directory, path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
  ssize_t got = fd < 0 ? -1 : read(fd, text, sizeof text - 1);
  close_if_open(fd);
  text[got > 0 ? got : 0] = 0;
  return got < 0 ? "(unreadable)" : text;
}

TEST("unpack makes every kind of entry with owner, mode, time and attributes") {
  if (test_needs_root()) return;
  int d = new_directory();
  build_start(&b);
  add_directory("usr", 0755);
  add_directory("usr/bin/", 01777);
  add_file("usr/bin/tool", 04755, "hello");
  build(&b, PLAN_TREE_XATTR, "security.capability", "\1\0\0\2\0\4\0\0\0\0\0\0\0\0\0\0\0\0\0\0", (size_t)20);
  build(&b, PLAN_TREE_SYMLINK, "bin", "usr/bin", 5u, 6u, (uint64_t)3000, 0u);
  build(&b, PLAN_TREE_LINK, "usr/bin/tool2", "usr/bin/tool");
  build(&b, PLAN_TREE_NODE, "dev/null", (uint32_t)(S_IFCHR | 0666), 1u, 3u, 0u, 0u, (uint64_t)4000, 0u);
  build(&b, PLAN_TREE_NODE, "fifo", (uint32_t)(S_IFIFO | 0600), 0u, 0u, 0u, 0u, (uint64_t)4000, 0u);
  build(&b, PLAN_TREE_WHITEOUT, "gone");
  build(&b, PLAN_TREE_OPAQUE, "usr/bin");
  build(&b, PLAN_TREE_FILE, "sparse", 0600u, 0u, 0u, (uint64_t)1, 0u, (uint64_t)1 << 40);
  build(&b, PLAN_TREE_DATA, (uint64_t)1 << 30, "x", (size_t)1);
  build(&b, PLAN_END);
  unpack(d);
  CHECK_STR(reply.text, "");
  CHECK(reply.status == 0 && reply.frame.type == FRAME_ACK && reply.frame.offset == 13);
  struct stat s = status_of(d, "usr/bin");
  CHECK(s.st_mode == (S_IFDIR | 01777) && s.st_uid == 3 && s.st_gid == 4 && s.st_mtim.tv_sec == 1000 && s.st_mtim.tv_nsec == 5);
  s = status_of(d, "usr/bin/tool");
  CHECK(s.st_mode == (S_IFREG | 04755) && s.st_uid == 1 && s.st_gid == 2 && s.st_mtim.tv_sec == 2000 && s.st_mtim.tv_nsec == 7 && s.st_nlink == 2);
  CHECK_STR(content_of(d, "usr/bin/tool2"), "hello");
  s = status_of(d, "bin");
  CHECK(S_ISLNK(s.st_mode) && s.st_uid == 5 && s.st_mtim.tv_sec == 3000);
  s = status_of(d, "dev/null");
  CHECK(s.st_mode == (S_IFCHR | 0666) && s.st_rdev == makedev(1, 3));
  CHECK(status_of(d, "dev").st_mode == (S_IFDIR | 0755));
  CHECK(S_ISFIFO(status_of(d, "fifo").st_mode));
  s = status_of(d, "gone");
  CHECK(s.st_mode == S_IFCHR && s.st_rdev == 0);
  s = status_of(d, "sparse");
  CHECK(s.st_size == 1ll << 40 && s.st_blocks < 100 && s.st_mtim.tv_sec == 1);
  char value[32];
  int fd = openat(d, "usr/bin", O_RDONLY | O_CLOEXEC);
  CHECK(fgetxattr(fd, "trusted.overlay.opaque", value, sizeof value) == 1 && *value == 'y');
  close(fd);
  fd = openat(d, "usr/bin/tool", O_RDONLY | O_CLOEXEC);
  CHECK(fgetxattr(fd, "security.capability", value, sizeof value) == 20);
  close(fd);
}

TEST("unpack replaces what is in the way, and keeps what is in a directory that comes again") {
  if (test_needs_root()) return;
  int d = new_directory();
  build_start(&b);
  add_directory("a", 0700);
  add_file("a/kept", 0644, "kept");
  add_directory("a", 0711);
  add_directory("b/c/d", 0755);
  add_file("b/c/d/e", 0644, "x");
  add_file("b", 0644, "a file now");
  build(&b, PLAN_TREE_SYMLINK, "link", "/etc", 0u, 0u, (uint64_t)0, 0u);
  add_file("link", 0600, "no link any more");
  build(&b, PLAN_TREE_SYMLINK, "dir", "a", 0u, 0u, (uint64_t)0, 0u);
  add_directory("dir", 0755);
  add_file("same", 0600, "same");
  build(&b, PLAN_TREE_LINK, "twin", "same");
  build(&b, PLAN_TREE_LINK, "twin", "same");
  build(&b, PLAN_END);
  unpack(d);
  CHECK_STR(reply.text, "");
  CHECK(status_of(d, "a").st_mode == (S_IFDIR | 0711));
  CHECK_STR(content_of(d, "a/kept"), "kept");
  CHECK_STR(content_of(d, "b"), "a file now");
  CHECK_STR(content_of(d, "link"), "no link any more");
  CHECK(S_ISDIR(status_of(d, "dir").st_mode));
  CHECK_STR(content_of(d, "twin"), "same");
}

TEST("unpack makes no entry outside its directory, whatever the links say") {
  if (test_needs_root()) return;
  int d = new_directory();
  char template[] = "/tmp/outside-XXXXXX", path[64];
  CHECK(mkdtemp(template));
  build_start(&b);
  build(&b, PLAN_TREE_SYMLINK, "out", template, 0u, 0u, (uint64_t)0, 0u);
  add_file("out/file", 0600, "inside");
  build(&b, PLAN_TREE_SYMLINK, "up", "../../../..", 0u, 0u, (uint64_t)0, 0u);
  build(&b, PLAN_TREE_SYMLINK, "up2", "up/tmp", 0u, 0u, (uint64_t)0, 0u);
  add_file("up2/file2", 0600, "inside");
  build(&b, PLAN_END);
  unpack(d);
  CHECK_STR(reply.text, "");
  CHECK(!rmdir(template)); /* empty */
  snprintf(path, sizeof path, "%s/file", template + 1);
  CHECK_STR(content_of(d, path), "inside");
  CHECK_STR(content_of(d, "tmp/file2"), "inside");
}

static void refused(const char *text) {
  build(&b, PLAN_END);
  unpack(new_directory());
  CHECK(WIFEXITED(reply.status) && WEXITSTATUS(reply.status) == 125 && reply.frame.type == FRAME_ERROR);
  CHECK_STR(reply.text, text);
}

TEST("unpack names what it refuses") {
  if (test_needs_root()) return;
  build_start(&b);
  build(&b, PLAN_TREE_LINK, "x", "missing/y");
  refused("hard link x: its target missing/y is not in this tree: No such file or directory");
  build_start(&b);
  add_file("../x", 0600, "");
  refused("../x: a path with `..`");
  build_start(&b);
  add_file("f", 0600, "12");
  build(&b, PLAN_TREE_DATA, (uint64_t)1, "ab", (size_t)2);
  refused("data for f behind its end");
  build_start(&b);
  add_directory("d", 0755);
  build(&b, PLAN_TREE_DATA, (uint64_t)0, "ab", (size_t)2);
  refused("data for d, which is no file");
  build_start(&b);
  add_file("f", 0600, "");
  add_file("f/g", 0600, "");
  refused("make f/g: Not a directory");
  build_start(&b);
  build(&b, PLAN_HOSTNAME, "x");
  refused("plan: hostname is out of place");
  build_start(&b);
  build(&b, PLAN_TREE_XATTR, "user.a", "b", (size_t)1);
  refused("an extended attribute before any entry");
  build_start(&b);
  add_file("f", 0600, "");
  build(&b, PLAN_TREE_XATTR, "trusted.overlay.redirect", "/", (size_t)1);
  refused("extended attribute trusted.overlay.redirect of f: Operation not permitted");
}

TEST("unpack says truncated when the stream ends without `end`") {
  if (test_needs_root()) return;
  build_start(&b);
  add_file("f", 0600, "abc");
  unpack(new_directory());
  CHECK_STR(reply.text, "plan: truncated");
  CHECK(WEXITSTATUS(reply.status) == 125);
}

TEST("remove empties a directory of any depth, with links, devices and read-only parts") {
  if (test_needs_root()) return;
  int d = new_directory(), at = dup(d);
  for (int depth = 0; depth < 3000; depth++) {
    CHECK(!mkdirat(at, "d", 0500) && !symlinkat("/etc", at, "l") && !mknodat(at, "f", S_IFIFO | 0600, 0));
    int next = openat(at, "d", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    close(at);
    at = next;
  }
  close(at);
  run_mode("remove", open("/dev/null", O_RDONLY), d);
  CHECK_STR(reply.text, "");
  CHECK(reply.status == 0 && reply.frame.type == FRAME_ACK);
  CHECK(status_of(d, "d").st_mode == 0 && status_of(d, "l").st_mode == 0);
  CHECK(!access("/etc/passwd", R_OK));
}

TEST("remove does not cross a mount, names it, and deletes the rest") {
  if (test_needs_root()) return;
  int d = new_directory();
  CHECK(!mkdirat(d, "m", 0755) && !mkdirat(d, "other", 0755));
  CHECK(!mount("tmpfs", "/mnt/m", "tmpfs", 0, NULL));
  int inside = open("/mnt/m", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  CHECK(!mkdirat(inside, "kept", 0755));
  run_mode("remove", open("/dev/null", O_RDONLY), d);
  CHECK(strstr(reply.text, " m: "));
  CHECK(WEXITSTATUS(reply.status) == 125);
  CHECK(status_of(inside, "kept").st_mode && !status_of(d, "other").st_mode);
  close(inside);
}

/* Runs `read` and returns the frames it sent, a letter each: e entry, x attribute, r regions, d data, a ack, ! error. */
static const char *read_letters(int directory) {
  static char letters[256];
  int pair[2], plan = memfd_create("plan", MFD_CLOEXEC);
  size_t count = 0;
  build(&b, PLAN_END);
  if (write(plan, b.bytes, b.length) != (ssize_t)b.length || lseek(plan, 0, SEEK_SET)) abort();
  build_free(&b);
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair)) abort();
  pid_t pid = fork();
  if (pid == 0) {
    int sources[3] = {fcntl(plan, F_DUPFD, 100), fcntl(pair[1], F_DUPFD, 100), fcntl(directory, F_DUPFD, 100)};
    for (int i = 0; i < 3; i++) dup2(sources[i], 3 + i);
    execl(BOXSHIM, "boxshim", "read", NULL);
    _exit(99);
  }
  close(pair[1]);
  close(plan);
  uint8_t header[FRAME_HEADER_BYTES];
  static uint8_t payload[FRAME_MAX_BYTES];
  struct frame_header frame;
  while (recv(pair[0], header, sizeof header, MSG_WAITALL) == (ssize_t)sizeof header && frame_header_read(header, &frame)) {
    if (frame.length && recv(pair[0], payload, frame.length, MSG_WAITALL) != (ssize_t)frame.length) abort();
    if (count < sizeof letters - 1)
      letters[count++] = frame.type == FRAME_OPEN      ? 'e'
                         : frame.type == FRAME_STATE   ? 'x'
                         : frame.type == FRAME_SKIPPED ? 'r'
                         : frame.type == FRAME_DATA    ? 'd'
                         : frame.type == FRAME_ACK     ? 'a'
                                                       : '!';
  }
  letters[count] = 0;
  waitpid(pid, &reply.status, 0);
  close(pair[0]);
  return letters;
}

TEST("read tells entries in order with attributes, holes and data, and answers each request") {
  if (test_needs_root()) return;
  int d = new_directory();
  build_start(&b);
  add_directory("dir", 0755);
  add_file("dir/file", 0644, "hello");
  build(&b, PLAN_TREE_XATTR, "security.capability", "\1\0\0\2\0\4\0\0\0\0\0\0\0\0\0\0\0\0\0\0", (size_t)20);
  build(&b, PLAN_TREE_FILE, "sparse", 0600u, 0u, 0u, (uint64_t)1, 0u, (uint64_t)1 << 40);
  build(&b, PLAN_TREE_DATA, (uint64_t)1 << 30, "x", (size_t)1);
  build(&b, PLAN_END);
  unpack(d);
  build_start(&b);
  build(&b, PLAN_TREE_ROOT, 0u);
  build(&b, PLAN_TREE_TELL, "/", 0u, (const char *)NULL);
  build(&b, PLAN_TREE_TELL, "/", 0u, "dir", (const char *)NULL);
  build(&b, PLAN_TREE_STAT, "/dir/../dir/file", 0u);
  build(&b, PLAN_TREE_STAT, "/missing", 0u);
  CHECK_STR(read_letters(d), "e" "e" "exd" "erd" "a" "e" "erd" "a" "ea" "a" "a");
  CHECK(reply.status == 0);
}

TEST("read and write refuse what is out of place before a root, and a second root") {
  if (test_needs_root()) return;
  int d = new_directory();
  build_start(&b);
  build(&b, PLAN_TREE_STAT, "/", 0u);
  CHECK_STR(read_letters(d), "!");
  build_start(&b);
  build(&b, PLAN_TREE_ROOT, 0u);
  build(&b, PLAN_TREE_ROOT, 0u);
  CHECK_STR(read_letters(d), "!");
  build_start(&b);
  build(&b, PLAN_TREE_ROOT, 0u);
  build(&b, PLAN_TREE_INTO, "/", 0u);
  CHECK_STR(read_letters(d), "!");
}

static void write_mode(int directory) {
  int plan = memfd_create("plan", MFD_CLOEXEC);
  build(&b, PLAN_END);
  if (write(plan, b.bytes, b.length) != (ssize_t)b.length || lseek(plan, 0, SEEK_SET)) abort();
  build_free(&b);
  run_mode("write", plan, directory);
}

TEST("write obeys tree operations below its destination, and no whiteouts") {
  if (test_needs_root()) return;
  int d = new_directory();
  CHECK(!mkdirat(d, "into", 0755) && !symlinkat("/into", d, "link"));
  build_start(&b);
  build(&b, PLAN_TREE_ROOT, 0u);
  build(&b, PLAN_TREE_INTO, "/link", 0u);
  add_directory("a", 01777);
  add_file("a/b/tool", 04755, "hello");
  build(&b, PLAN_TREE_LINK, "twin", "a/b/tool");
  build(&b, PLAN_TREE_SYMLINK, "away", "/etc", 5u, 6u, (uint64_t)3000, 0u);
  add_file("away/x", 0600, "");
  write_mode(d);
  CHECK(reply.frame.type == FRAME_ERROR && strstr(reply.text, "away")); /* /etc is not in this root */
  struct stat s = status_of(d, "into/a/b/tool");
  CHECK(s.st_mode == (S_IFREG | 04755) && s.st_nlink == 2 && s.st_mtim.tv_sec == 2000 && s.st_uid == 1);
  CHECK_STR(content_of(d, "into/twin"), "hello");
  build_start(&b);
  build(&b, PLAN_TREE_ROOT, 0u);
  build(&b, PLAN_TREE_INTO, "/", 0u);
  build(&b, PLAN_TREE_WHITEOUT, "into");
  write_mode(d);
  CHECK_STR(reply.text, "plan: treeWhiteout is out of place");
  build_start(&b);
  add_file("early", 0600, "");
  write_mode(d);
  CHECK_STR(reply.text, "plan: treeFile is out of place");
}
