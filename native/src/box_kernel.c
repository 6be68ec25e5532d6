#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/keyctl.h>
#include <linux/netlink.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>

#include "box.h"
#include "sys.h"

int box_open_proc(struct box *box, const char *path, uint64_t flags, struct fail *fail) {
  if (box->proc < 0) {
    int context = fsopen("proc", FSOPEN_CLOEXEC);
    if (context >= 0 && !fsconfig(context, FSCONFIG_CMD_CREATE, NULL, NULL, 0))
      box->proc = fsmount(context, FSMOUNT_CLOEXEC, MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV | MOUNT_ATTR_NOEXEC);
    int error = errno;
    close_if_open(context);
    if (box->proc < 0) return fail_set(fail, error, "a procfs of our own");
  }
  int fd = sys_openat2(box->proc, path, flags, 0, RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS | RESOLVE_NO_XDEV);
  return fd < 0 ? fail_set(fail, errno, "open /proc/%s", path) : fd;
}

int box_op_hostname(struct box *box, const struct plan_op *op, struct fail *fail) {
  (void)box;
  const char *name = op_str(op, 0);
  return sethostname(name, strlen(name)) ? fail_set(fail, errno, "hostname %s", name) : 0;
}

int box_op_sysctl(struct box *box, const struct plan_op *op, struct fail *fail) {
  const char *key = op_str(op, 0), *value = op_str(op, 1);
  char path[PATH_MAX] = "sys/";
  size_t length = strlen(key);
  if (length > sizeof path - 5) return fail_set(fail, ENAMETOOLONG, "sysctl %s", key);
  /* As sysctl(8): dots separate, a slash stands for a dot in a name (net.ipv4.conf.eth0/1.forwarding). */
  for (size_t i = 0; i <= length; i++) path[4 + i] = key[i] == '.' ? '/' : key[i] == '/' ? '.' : key[i];
  int fd = box_open_proc(box, path, O_WRONLY, fail);
  if (fd < 0) return -1;
  ssize_t written = write(fd, value, strlen(value));
  int error = errno;
  close(fd);
  return written < 0 ? fail_set(fail, error, "sysctl %s = %s", key, value) : 0;
}

/* Sends one message and waits for its acknowledgement: netlink(7). */
static int exchange(int sock, const struct nlmsghdr *message) {
  union {
    struct nlmsghdr header;
    char bytes[8192];
  } reply;
  if (send(sock, message, message->nlmsg_len, 0) < 0) return -1;
  for (;;) {
    ssize_t got = recv(sock, reply.bytes, sizeof reply.bytes, 0);
    if (got < 0) return -1;
    size_t rest = (size_t)got;
    for (struct nlmsghdr *header = &reply.header; NLMSG_OK(header, rest); header = NLMSG_NEXT(header, rest)) {
      if (header->nlmsg_type != NLMSG_ERROR || header->nlmsg_seq != message->nlmsg_seq) continue;
      errno = -((struct nlmsgerr *)NLMSG_DATA(header))->error;
      return errno ? -1 : 0;
    }
  }
}

int box_op_netlink(struct box *box, const struct plan_op *op, struct fail *fail) {
  (void)box;
  size_t length;
  const uint8_t *bytes = op_bytes(op, 0, &length);
  /* Bounded: only messages that ask for an acknowledgement are sent, and the kernel answers those at once. */
  int sock = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
  if (sock < 0) return fail_set(fail, errno, "netlink socket");
  int result = 0, number = 0;
  for (size_t at = 0; at < length && !result; number++) {
    union {
      struct nlmsghdr header;
      uint8_t bytes[4096];
    } message;
    uint32_t size = 0;
    if (length - at >= sizeof message.header) memcpy(&size, bytes + at, 4);
    if (size < sizeof message.header || size > length - at || size > sizeof message) {
      result = fail_say(fail, EINVAL, "netlink message %d is cut off or too long", number);
      break;
    }
    memcpy(&message, bytes + at, size);
    if (!(message.header.nlmsg_flags & NLM_F_ACK)) result = fail_say(fail, EINVAL, "netlink message %d asks for no acknowledgement", number);
    else if (exchange(sock, &message.header)) result = fail_set(fail, errno, "netlink message %d, type %u", number, message.header.nlmsg_type);
    at += NLMSG_ALIGN(size);
  }
  close(sock);
  return result;
}

int box_op_keyring(struct box *box, const struct plan_op *op, struct fail *fail) {
  (void)box, (void)op;
  /* ENOSYS: a kernel without keyrings has none to keep apart. */
  if (syscall(SYS_keyctl, KEYCTL_JOIN_SESSION_KEYRING, NULL, 0, 0, 0) < 0 && errno != ENOSYS)
    return fail_set(fail, errno, "new session keyring");
  return 0;
}

int box_op_rlimit(struct box *box, const struct plan_op *op, struct fail *fail) {
  (void)box;
  int resource = (int)op_u32(op, 0);
  struct rlimit wanted = {op_u64(op, 1), op_u64(op, 2)}, now;
  if (!setrlimit(resource, &wanted)) return 0;
  int error = errno;
  if (error == EPERM && !getrlimit(resource, &now) && wanted.rlim_max > now.rlim_max)
    return fail_say(fail, EPERM, "resource limit %d: raising its hard limit from %llu to %llu needs CAP_SYS_RESOURCE, which this host does not give",
                    resource, (unsigned long long)now.rlim_max, (unsigned long long)wanted.rlim_max);
  return fail_set(fail, error, "resource limit %d", resource);
}

int box_op_oom_score(struct box *box, const struct plan_op *op, struct fail *fail) {
  char text[16];
  int length = snprintf(text, sizeof text, "%d", op_i32(op, 0));
  int fd = box_open_proc(box, "self/oom_score_adj", O_WRONLY, fail);
  if (fd < 0) return -1;
  ssize_t written = write(fd, text, (size_t)length);
  int error = errno;
  close(fd);
  if (written >= 0) return 0;
  if (error == EACCES)
    return fail_say(fail, error, "oom score %s is lower than the inherited one, which needs CAP_SYS_RESOURCE; this host does not give it", text);
  return fail_set(fail, error, "oom score %s", text);
}
