/* Mode `run` as the agent starts it: real boxes under the real program. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "box_fixture.h"
#include "frame.h"
#include "sys.h"
#include "test.h"

enum { RUN_DIRECTORY = 5, LOG_DIRECTORY, ROOT_MOUNT };

static struct {
  char path[32]; /* run directory; the log is in its log/ */
  int directory, log, agent;
  pid_t first;
} run;

static struct {
  struct frame_header header;
  uint8_t payload[70000];
} got;

static bool read_whole(int fd, void *bytes, size_t length) {
  for (size_t done = 0; done < length;) {
    ssize_t count = recv(fd, (uint8_t *)bytes + done, length - done, 0);
    if (count <= 0) return false;
    done += (size_t)count;
  }
  return true;
}

/* Waits for the next frame of a type into `got`; others are passed over. False at the end of the connection or after 10 s. */
static bool await(int fd, enum frame_type type) {
  uint8_t head[FRAME_HEADER_BYTES];
  do {
    if (!read_whole(fd, head, sizeof head) || !frame_header_read(head, &got.header)) return false;
    if (got.header.length >= sizeof got.payload || !read_whole(fd, got.payload, got.header.length)) return false;
    got.payload[got.header.length] = 0;
  } while (got.header.type != type);
  return true;
}

static uint32_t got_u32(size_t at) {
  struct reader r = {.bytes = got.payload, .length = got.header.length, .at = at};
  return get_u32(&r);
}

static void greet(int fd) {
  struct timeval patience = {.tv_sec = 10};
  setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  static const uint8_t hello[8] = {1, 0, 1, 0};
  frame_send(fd, FRAME_HELLO, 0, hello, sizeof hello);
}

static int connect_to(const char *name) {
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  snprintf(address.sun_path, sizeof address.sun_path, "%s/%s", run.path, name);
  int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (connect(fd, (struct sockaddr *)&address, sizeof address) < 0) return -1;
  greet(fd);
  return fd;
}

/* The contents of a file of the run directory; static memory. */
static const char *file(const char *name) {
  static char text[65536];
  int fd = openat(run.directory, name, O_RDONLY | O_CLOEXEC);
  ssize_t length = fd < 0 ? 0 : read(fd, text, sizeof text - 1);
  if (fd >= 0) close(fd);
  text[length < 0 ? 0 : length] = 0;
  return text;
}

static bool exists(const char *name) { return faccessat(run.directory, name, F_OK, AT_SYMLINK_NOFOLLOW) == 0; }

static int plan_memfd(struct builder *b) {
  int fd = memfd_create("plan", MFD_CLOEXEC);
  if (write(fd, b->bytes, b->length) != (ssize_t)b->length) abort();
  build_free(b);
  return fd;
}

static void spawn(int plan, int root) {
  int pair[2];
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) < 0) abort();
  run.first = fork();
  if (run.first == 0) {
    const int given[] = {plan, pair[1], run.directory, run.log, root};
    int high[5];
    for (int i = 0; i < 5; i++) high[i] = fcntl(given[i], F_DUPFD_CLOEXEC, 100);
    for (int i = 0; i < 5; i++) dup2(high[i], 3 + i);
    execl(getenv("BOXSHIM") ? getenv("BOXSHIM") : "build/boxshim", "boxshim", "run", NULL);
    _exit(99);
  }
  close(plan);
  close(pair[1]);
  run.agent = pair[0];
  greet(run.agent);
}

static void make_directories(void) {
  strcpy(run.path, "/tmp/boxshim-run-XXXXXX");
  if (!mkdtemp(run.path)) abort();
  run.directory = open(run.path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (mkdirat(run.directory, "log", 0700) < 0) abort();
  run.log = openat(run.directory, "log", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}

static void run_script(const char *script, uint32_t flags) {
  make_directories();
  int root = fixture_root();
  struct builder b;
  build_start(&b);
  build(&b, PLAN_SUPERVISE, "aa", (uint32_t)RUN_DIRECTORY, "boot-1");
  build(&b, PLAN_LOG, (uint32_t)LOG_DIRECTORY, (uint64_t)1 << 20, 2u, (uint64_t)1, (uint64_t)0);
  build(&b, PLAN_SESSION, flags, 24u, 80u, 65536u);
  build(&b, PLAN_SLOT_FD, 1u, (uint32_t)ROOT_MOUNT);
  build(&b, PLAN_CLONE, (uint64_t)(CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWIPC | CLONE_NEWUTS), NO_DESCRIPTOR, 0u);
  build(&b, PLAN_ROOT, 1u);
  build(&b, PLAN_MOUNT_FS, "/proc", "proc", (uint64_t)0, NULL);
  build(&b, PLAN_SETSID);
  build(&b, PLAN_PIVOT);
  fixture_program(&b, script);
  build(&b, PLAN_END);
  spawn(plan_memfd(&b), root);
  close(root);
}

static pid_t supervisor(void) { return (pid_t)atoi(file("shim.pid")); }

/* Ends the box if it still runs, waits for its supervisor to go, and removes everything. */
static void finish(void) {
  int pidfd = exists("shim.pid") ? (int)syscall(SYS_pidfd_open, supervisor(), 0) : -1;
  if (pidfd >= 0) {
    sys_pidfd_send_signal(pidfd, SIGTERM);
    while (exists("shim.pid") && await(run.agent, FRAME_CLOSE)) continue; /* the connection ends with the supervisor */
    close(pidfd);
  }
  close(run.agent);
  waitpid(run.first, NULL, 0);
  close(run.log);
  close(run.directory);
  char command[64];
  snprintf(command, sizeof command, "rm -r %s", run.path);
  if (system(command) != 0) abort();
}

static int first_status(void) {
  int status;
  return waitpid(run.first, &status, 0) == run.first && WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

TEST("a box's output is in its log, its end in exit.json before it is told, and an acknowledged supervisor goes without a trace") {
  if (test_needs_root()) return;
  run_script("echo out; echo err >&2; exit 7", 0);
  CHECK(await(run.agent, FRAME_STATE) && got_u32(4) == 1);
  CHECK(await(run.agent, FRAME_EXIT) && got_u32(0) == 7 && got.header.offset == 8);
  CHECK(strncmp(file("exit.json"), "{\"code\":7,\"signal\":0,\"oom\":false,", 33) == 0 && strstr(file("exit.json"), "\"bootId\":\"boot-1\""));
  CHECK(strstr(file("log/00000001-0.log"), " stdout F out\n") && strstr(file("log/00000001-0.log"), " stderr F err\n"));
  CHECK(first_status() == 0);
  frame_send(run.agent, FRAME_ACK, 1, "\0", 1);
  CHECK(await(run.agent, FRAME_ACK) && !await(run.agent, FRAME_CLOSE));
  CHECK(!exists("ctl.sock") && !exists("attach.sock") && !exists("shim.pid") && exists("exit.json"));
  finish();
}

TEST("a program that is not there: the agent is told which and why, exit.json too, and nothing stays") {
  if (test_needs_root()) return;
  make_directories();
  int root = fixture_root();
  struct builder b;
  build_start(&b);
  build(&b, PLAN_SUPERVISE, "aa", (uint32_t)RUN_DIRECTORY, "boot-1");
  build(&b, PLAN_SESSION, 0u, 0u, 0u, 65536u);
  build(&b, PLAN_SLOT_FD, 1u, (uint32_t)ROOT_MOUNT);
  build(&b, PLAN_CLONE, (uint64_t)(CLONE_NEWNS | CLONE_NEWPID), NO_DESCRIPTOR, 0u);
  build(&b, PLAN_ROOT, 1u);
  build(&b, PLAN_PIVOT);
  build(&b, PLAN_ENVIRONMENT, 0u, "PATH=/bin", NULL);
  build(&b, PLAN_EXEC, "nothere", NULL);
  build(&b, PLAN_END);
  spawn(plan_memfd(&b), root);
  close(root);
  CHECK(await(run.agent, FRAME_ERROR) && got_u32(0) == ENOENT);
  CHECK(strstr((const char *)got.payload + 8, "nothere"));
  CHECK(!await(run.agent, FRAME_EXIT));
  CHECK(strstr(file("exit.json"), "\"code\":127") && strstr(file("exit.json"), "\"startedAt\":null") && strstr(file("exit.json"), "nothere"));
  CHECK(!exists("ctl.sock") && !exists("shim.pid"));
  finish();
}

TEST("a plan that is refused is answered with hello and error before anything is done") {
  if (test_needs_root()) return;
  make_directories();
  struct builder b;
  build_start(&b);
  build(&b, PLAN_SUPERVISE, "aa", (uint32_t)RUN_DIRECTORY, "boot-1");
  spawn(plan_memfd(&b), run.log); /* no end */
  CHECK(await(run.agent, FRAME_ERROR));
  CHECK(first_status() == 125 && !exists("ctl.sock") && !exists("exit.json"));
  finish();
}

TEST("a supervisor has a session of its own, its name, and a mount namespace with nothing in it") {
  if (test_needs_root()) return;
  run_script("sleep 100", 0);
  CHECK(await(run.agent, FRAME_STATE));
  frame_send(run.agent, FRAME_STATE, 1, NULL, 0); /* answered after the start is left behind */
  CHECK(await(run.agent, FRAME_STATE));
  char path[64], text[4096] = {0};
  snprintf(path, sizeof path, "/proc/%d/mountinfo", supervisor());
  int fd = open(path, O_RDONLY | O_CLOEXEC);
  CHECK(read(fd, text, sizeof text - 1) > 0);
  close(fd);
  CHECK(strchr(text, '\n') == text + strlen(text) - 1 && strstr(text, " / / ro,") && strstr(text, " tmpfs "));
  snprintf(path, sizeof path, "/proc/%d/comm", supervisor());
  fd = open(path, O_RDONLY | O_CLOEXEC);
  memset(text, 0, sizeof text);
  CHECK(read(fd, text, sizeof text - 1) > 0);
  close(fd);
  CHECK_STR(text, "boxshim\n");
  CHECK(getsid(supervisor()) == supervisor());
  finish();
}

/* Sends an exec request with the helper and a plan. */
static void request_exec(const char *script, const char *payload, size_t length, uint64_t request) {
  struct builder b;
  build_start(&b);
  build(&b, PLAN_JOIN, 5u, (uint64_t)(CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWIPC | CLONE_NEWUTS));
  build(&b, PLAN_CLONE, (uint64_t)0, NO_DESCRIPTOR, 1u);
  build(&b, PLAN_SETSID);
  fixture_program(&b, script);
  build(&b, PLAN_END);
  int fds[2] = {open(getenv("BOXSHIM") ? getenv("BOXSHIM") : "build/boxshim", O_RDONLY | O_CLOEXEC), plan_memfd(&b)};
  uint8_t frame[FRAME_HEADER_BYTES + 64];
  frame_header_write(frame, &(struct frame_header){.type = FRAME_EXEC, .length = (uint32_t)length, .offset = request});
  memcpy(frame + FRAME_HEADER_BYTES, payload, length);
  union {
    struct cmsghdr header;
    char bytes[CMSG_SPACE(sizeof fds)];
  } control = {.header = {.cmsg_level = SOL_SOCKET, .cmsg_type = SCM_RIGHTS, .cmsg_len = CMSG_LEN(sizeof fds)}};
  memcpy(CMSG_DATA(&control.header), fds, sizeof fds);
  struct iovec part = {frame, FRAME_HEADER_BYTES + length};
  struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof control};
  if (sendmsg(run.agent, &message, 0) < 0) abort();
  close(fds[0]);
  close(fds[1]);
}

TEST("an exec session: its output waits for a viewer, its exit code is real, the same id is not started twice") {
  if (test_needs_root()) return;
  run_script("sleep 100", 0);
  CHECK(await(run.agent, FRAME_STATE));
  static const char payload[] = "\6\0\0\0\x18\0\x50\0\0\0\4\0\1e"; /* hold, with input */
  request_exec("echo inside; read never; exit 5", payload, sizeof payload - 1, 11);
  CHECK(await(run.agent, FRAME_ACK) && got.header.offset == 11);
  uint32_t pid = got_u32(0);
  request_exec("exit 6", payload, sizeof payload - 1, 12);
  CHECK(await(run.agent, FRAME_ACK) && got.header.offset == 12 && got_u32(0) == pid);
  int viewer = connect_to("attach.sock");
  frame_send(viewer, FRAME_OPEN, 0, "\3\0\0\0\0\0\1\0\7\0\0\0\0\0\0\0\1e", 18);
  CHECK(await(viewer, FRAME_DATA));
  CHECK_STR((const char *)got.payload, "inside\n");
  frame_send(viewer, FRAME_CLOSE_INPUT, 0, NULL, 0);
  CHECK(await(viewer, FRAME_EXIT) && got_u32(0) == 5);
  CHECK(await(run.agent, FRAME_EXIT) && got_u32(0) == 5 && got.header.offset == 7);
  close(viewer);
  finish();
}

TEST("the agent goes and comes back: the box runs on, and what ended meanwhile is told") {
  if (test_needs_root()) return;
  run_script("read never; sleep 100", SESSION_STDIN);
  CHECK(await(run.agent, FRAME_STATE));
  static const char payload[] = "\0\0\0\0\x18\0\x50\0\0\0\1\0\1f";
  request_exec("exit 3", payload, sizeof payload - 1, 1);
  CHECK(await(run.agent, FRAME_ACK));
  close(run.agent);
  run.agent = connect_to("ctl.sock");
  CHECK(await(run.agent, FRAME_EXIT) && got_u32(0) == 3);
  frame_send(run.agent, FRAME_SIGNAL, 2, "\x09\0\0\0\0", 5);
  CHECK(await(run.agent, FRAME_ACK) && await(run.agent, FRAME_EXIT));
  CHECK((int32_t)got_u32(0) == -1 && got_u32(4) == 9);
  CHECK(strstr(file("exit.json"), "{\"id\":\"f\",\"code\":3,"));
  finish();
}

TEST("SIGTERM to a supervisor ends its box on record") {
  if (test_needs_root()) return;
  run_script("sleep 100", 0);
  CHECK(await(run.agent, FRAME_STATE));
  kill(supervisor(), SIGTERM);
  CHECK(await(run.agent, FRAME_EXIT) && got_u32(4) == SIGKILL);
  CHECK(!await(run.agent, FRAME_CLOSE) && exists("exit.json") && !exists("shim.pid"));
  finish();
}
