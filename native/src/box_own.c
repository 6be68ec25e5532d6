#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "box.h"
#include "sys.h"

/* A descriptor for each level: more than any program makes, less than we may have. */
#define MAX_DEPTH 512

struct gift {
  uid_t uid;
  gid_t gid;
  struct fail *fail;
};

/* What already is theirs is left alone: chown takes set-user-id bits and file capabilities away (chown(2)). */
static int give(const struct gift *gift, int parent, const char *name, int flags) {
  struct stat status;
  if (fstatat(parent, name, &status, flags)) return errno == ENOENT ? 0 : fail_set(gift->fail, errno, "look at %s", name);
  if (status.st_uid == gift->uid && status.st_gid == gift->gid) return 0;
  if (!fchownat(parent, name, gift->uid, gift->gid, flags) || errno == ENOENT) return 0;
  return fail_set(gift->fail, errno, "give %s to user %u", name, gift->uid);
}

static int give_entries(const struct gift *gift, int directory, int depth);

static int give_entry(const struct gift *gift, int parent, const struct dirent *entry, int depth) {
  if (give(gift, parent, entry->d_name, AT_SYMLINK_NOFOLLOW)) return -1;
  if (entry->d_type != DT_DIR && entry->d_type != DT_UNKNOWN) return 0;
  int fd = sys_openat2(parent, entry->d_name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW, 0,
                       RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_XDEV);
  if (fd >= 0) return give_entries(gift, fd, depth + 1);
  /* Another box that has it mounted may have put something else there. */
  bool gone = errno == ENOENT || errno == ENOTDIR || errno == ELOOP || errno == EXDEV;
  return gone ? 0 : fail_set(gift->fail, errno, "open %s", entry->d_name);
}

/* Takes over `directory`. */
static int give_entries(const struct gift *gift, int directory, int depth) {
  if (depth > MAX_DEPTH) {
    close(directory);
    return fail_say(gift->fail, ELOOP, "directories are nested deeper than %d", MAX_DEPTH);
  }
  DIR *stream = fdopendir(directory);
  if (!stream) {
    close(directory);
    return fail_set(gift->fail, errno, "read a directory");
  }
  int failed = 0;
  for (struct dirent *entry; !failed && (errno = 0, entry = readdir(stream));)
    if (strcmp(entry->d_name, ".") && strcmp(entry->d_name, "..")) failed = give_entry(gift, directory, entry, depth);
  if (!failed && errno) failed = fail_set(gift->fail, errno, "read a directory");
  closedir(stream);
  return failed;
}

/* The slot is a clone of its own, attached nowhere: what is mounted from the same source may be read-only. */
int box_op_own_slot(struct box *box, const struct plan_op *op, struct fail *fail) {
  struct gift gift = {.uid = box->identity.uid, .gid = box->identity.gid, .fail = fail};
  struct stat status;
  int source = box_slot(box, op_u32(op, 0), fail);
  if (source < 0) return -1;
  if (fstat(source, &status)) return fail_set(fail, errno, "look at slot %u", op_u32(op, 0));
  if (give(&gift, source, "", AT_EMPTY_PATH)) return -1;
  if (!S_ISDIR(status.st_mode)) return 0;
  int fd = openat(source, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  return fd < 0 ? fail_set(fail, errno, "open slot %u", op_u32(op, 0)) : give_entries(&gift, fd, 1);
}
