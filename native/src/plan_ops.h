/* Made by scripts/gen-plan-ops.mjs from packages/spec/src/plan/operations.ts: change it there, then `npm run gen:plan`. */
#ifndef BOXSHIM_PLAN_OPS_H
#define BOXSHIM_PLAN_OPS_H

#include <stdint.h>

#define PLAN_MAGIC "BXPL"
#define PLAN_VERSION 1
#define PLAN_MAX_BYTES 4194304
#define PLAN_MAX_ARG_BYTES 1048576
#define PLAN_MAX_ARGS 4100
#define SESSION_TTY 1u
#define SESSION_STDIN 2u
#define SESSION_HOLD 4u
#define NO_DESCRIPTOR 0xffffffffu
#define TREE_PROCESS 1u
#define TREE_ALONE 2u
#define TREE_TRUSTED 4u
#define TREE_FOLLOW 1u
#define TREE_NO_DATA 2u
#define TREE_NO_LINKS 4u
#define TREE_SHALLOW 8u
#define TREE_REPLACE 1u

enum plan_stage { STAGE_SHIM, STAGE_HOST, STAGE_BOX, STAGE_TREE, STAGE_WALK, STAGE_END };

enum {
  PLAN_END = 0x0000,
  PLAN_SUPERVISE = 0x0101,
  PLAN_LOG = 0x0102,
  PLAN_SESSION = 0x0103,
  PLAN_SHIM_CGROUP = 0x0104,
  PLAN_SLOT_FD = 0x0201,
  PLAN_SLOT_TREE = 0x0202,
  PLAN_JOIN = 0x0203,
  PLAN_CLONE = 0x0204,
  PLAN_ROOT = 0x0301,
  PLAN_MOUNT_FS = 0x0302,
  PLAN_MOUNT_SLOT = 0x0303,
  PLAN_MKDIR = 0x0304,
  PLAN_SYMLINK = 0x0305,
  PLAN_MKNOD = 0x0306,
  PLAN_MASK = 0x0307,
  PLAN_READONLY = 0x0308,
  PLAN_ROOT_READONLY = 0x0309,
  PLAN_PIVOT = 0x030a,
  PLAN_HOSTNAME = 0x030b,
  PLAN_SYSCTL = 0x030c,
  PLAN_NETLINK = 0x030d,
  PLAN_RLIMIT = 0x030e,
  PLAN_OOM_SCORE = 0x030f,
  PLAN_KEYRING = 0x0310,
  PLAN_SIGNALS = 0x0311,
  PLAN_UMASK = 0x0312,
  PLAN_CONSOLE = 0x0313,
  PLAN_SETSID = 0x0314,
  PLAN_RESOLVE_USER = 0x0315,
  PLAN_CAP_BOUNDING = 0x0316,
  PLAN_BECOME = 0x0317,
  PLAN_CAPABILITIES = 0x0318,
  PLAN_NO_NEW_PRIVILEGES = 0x0319,
  PLAN_SECCOMP = 0x031a,
  PLAN_ENVIRONMENT = 0x031b,
  PLAN_WORKDIR = 0x031c,
  PLAN_EXEC = 0x031d,
  PLAN_SLOT_RECEIVE = 0x031e,
  PLAN_OWN_SLOT = 0x031f,
  PLAN_TREE_DIRECTORY = 0x0401,
  PLAN_TREE_FILE = 0x0402,
  PLAN_TREE_DATA = 0x0403,
  PLAN_TREE_SYMLINK = 0x0404,
  PLAN_TREE_LINK = 0x0405,
  PLAN_TREE_NODE = 0x0406,
  PLAN_TREE_XATTR = 0x0407,
  PLAN_TREE_WHITEOUT = 0x0408,
  PLAN_TREE_OPAQUE = 0x0409,
  PLAN_TREE_ROOT = 0x0501,
  PLAN_TREE_INTO = 0x0502,
  PLAN_TREE_TELL = 0x0503,
  PLAN_TREE_STAT = 0x0504,
};

struct plan_shape {
  uint16_t code;
  uint8_t stage;
  const char *name;
  const char *arguments; /* s str, b bytes, u u32, i i32, U u64, * any number of str */
};

/* Sorted by code. */
static const struct plan_shape PLAN_SHAPES[] = {
    {0x0000, STAGE_END, "end", ""},
    {0x0101, STAGE_SHIM, "supervise", "sus"},
    {0x0102, STAGE_SHIM, "log", "uUuUU"},
    {0x0103, STAGE_SHIM, "session", "uuuu"},
    {0x0104, STAGE_SHIM, "shimCgroup", "u"},
    {0x0201, STAGE_HOST, "slotFd", "uu"},
    {0x0202, STAGE_HOST, "slotTree", "usu"},
    {0x0203, STAGE_HOST, "join", "uU"},
    {0x0204, STAGE_HOST, "clone", "Uuu"},
    {0x0301, STAGE_BOX, "root", "u"},
    {0x0302, STAGE_BOX, "mountFs", "ssU*"},
    {0x0303, STAGE_BOX, "mountSlot", "usUUUu"},
    {0x0304, STAGE_BOX, "mkdir", "suuu"},
    {0x0305, STAGE_BOX, "symlink", "ss"},
    {0x0306, STAGE_BOX, "mknod", "suuuuu"},
    {0x0307, STAGE_BOX, "mask", "s"},
    {0x0308, STAGE_BOX, "readonly", "s"},
    {0x0309, STAGE_BOX, "rootReadonly", ""},
    {0x030a, STAGE_BOX, "pivot", ""},
    {0x030b, STAGE_BOX, "hostname", "s"},
    {0x030c, STAGE_BOX, "sysctl", "ss"},
    {0x030d, STAGE_BOX, "netlink", "b"},
    {0x030e, STAGE_BOX, "rlimit", "uUU"},
    {0x030f, STAGE_BOX, "oomScore", "i"},
    {0x0310, STAGE_BOX, "keyring", ""},
    {0x0311, STAGE_BOX, "signals", ""},
    {0x0312, STAGE_BOX, "umask", "u"},
    {0x0313, STAGE_BOX, "console", "uu"},
    {0x0314, STAGE_BOX, "setsid", ""},
    {0x0315, STAGE_BOX, "resolveUser", "s*"},
    {0x0316, STAGE_BOX, "capBounding", "U"},
    {0x0317, STAGE_BOX, "become", ""},
    {0x0318, STAGE_BOX, "capabilities", "UUUU"},
    {0x0319, STAGE_BOX, "noNewPrivileges", ""},
    {0x031a, STAGE_BOX, "seccomp", "ub"},
    {0x031b, STAGE_BOX, "environment", "u*"},
    {0x031c, STAGE_BOX, "workdir", "su"},
    {0x031d, STAGE_BOX, "exec", "*"},
    {0x031e, STAGE_BOX, "slotReceive", "uu"},
    {0x031f, STAGE_BOX, "ownSlot", "u"},
    {0x0401, STAGE_TREE, "treeDirectory", "suuuUu"},
    {0x0402, STAGE_TREE, "treeFile", "suuuUuU"},
    {0x0403, STAGE_TREE, "treeData", "Ub"},
    {0x0404, STAGE_TREE, "treeSymlink", "ssuuUu"},
    {0x0405, STAGE_TREE, "treeLink", "ss"},
    {0x0406, STAGE_TREE, "treeNode", "suuuuuUu"},
    {0x0407, STAGE_TREE, "treeXattr", "sb"},
    {0x0408, STAGE_TREE, "treeWhiteout", "s"},
    {0x0409, STAGE_TREE, "treeOpaque", "s"},
    {0x0501, STAGE_WALK, "treeRoot", "u"},
    {0x0502, STAGE_WALK, "treeInto", "su"},
    {0x0503, STAGE_WALK, "treeTell", "su*"},
    {0x0504, STAGE_WALK, "treeStat", "su"},
};

#endif
