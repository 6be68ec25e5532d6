#include "tree_read.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/xattr.h>

#include "frame.h"
#include "kernel_files.h"
#include "names.h"
#include "path.h"
#include "privileges.h"
#include "sys.h"

/* Frames are collected up to here: a system call for each would cost more than the entry. */
#define BUFFER_BYTES (512 * 1024)
/* Piece of a file in one frame. */
#define PIECE_BYTES (256 * 1024)
/* XATTR_LIST_MAX and XATTR_SIZE_MAX: no list and no value is longer. */
#define XATTR_MAX_BYTES 65536
/* Regions that fit into one frame; what follows them counts as one that goes to the end. */
#define MAX_REGIONS (FRAME_MAX_BYTES / 16)
/* Directories inside each other: a descriptor each. */
#define MAX_DEPTH 1024
/* A file system that does not answer for so long is hung (FUSE, a network). Waiting for whoever reads us does not count. */
#define DEADLINE_SECONDS 60

int tree_reader_start(struct tree_reader *reader, int given, int frames, struct fail *fail) {
  *reader = (struct tree_reader){.root.fd = -1, .given = given, .frames = frames};
  reader->buffer = mmap(NULL, BUFFER_BYTES, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (reader->buffer == MAP_FAILED) return fail_set(fail, errno, "memory");
  alarm(DEADLINE_SECONDS);
  return 0;
}

void tree_reader_free(struct tree_reader *reader) {
  if (reader->buffer != MAP_FAILED) munmap(reader->buffer, BUFFER_BYTES);
  close_if_open(reader->root.fd);
}

int tree_reader_flush(struct tree_reader *reader, struct fail *fail) {
  alarm(0);
  for (size_t at = 0; at < reader->filled;) {
    ssize_t sent = write(reader->frames, reader->buffer + at, reader->filled - at);
    if (sent < 0 && errno == EINTR) continue;
    if (sent < 0) return fail_set(fail, errno, "telling what was read");
    at += (size_t)sent;
  }
  reader->filled = 0;
  alarm(DEADLINE_SECONDS);
  return 0;
}

/* Room for a frame's payload of at most `most` bytes, behind its header, which frame_end writes. */
static uint8_t *frame_begin(struct tree_reader *reader, size_t most, struct fail *fail) {
  if (BUFFER_BYTES - reader->filled < FRAME_HEADER_BYTES + most && tree_reader_flush(reader, fail)) return NULL;
  return reader->buffer + reader->filled + FRAME_HEADER_BYTES;
}

static void frame_end(struct tree_reader *reader, enum frame_type type, uint64_t offset, size_t length) {
  frame_header_write(reader->buffer + reader->filled,
                     &(struct frame_header){.type = (uint8_t)type, .length = (uint32_t)length, .offset = offset});
  reader->filled += FRAME_HEADER_BYTES + length;
}

/* The entry itself: everything of stat(2), `path` and the target of a link. */
static int tell_entry(struct tree_reader *reader, const char *path, const struct stat *status, const char *target, struct fail *fail) {
  struct writer w = {.capacity = 64 + 2 * PATH_MAX};
  w.bytes = frame_begin(reader, w.capacity, fail);
  if (!w.bytes) return -1;
  size_t length = strlen(path);
  put_u32(&w, status->st_mode);
  put_u32(&w, status->st_uid);
  put_u32(&w, status->st_gid);
  put_u32(&w, (uint32_t)status->st_nlink);
  put_u64(&w, status->st_dev);
  put_u64(&w, status->st_ino);
  put_u64(&w, (uint64_t)status->st_size);
  put_u64(&w, (uint64_t)status->st_mtim.tv_sec);
  put_u32(&w, (uint32_t)status->st_mtim.tv_nsec);
  put_u32(&w, major(status->st_rdev));
  put_u32(&w, minor(status->st_rdev));
  put_u32(&w, (uint32_t)length);
  put_bytes(&w, path, length);
  put_bytes(&w, target, strlen(target));
  frame_end(reader, FRAME_OPEN, reader->count++, w.length);
  return 0;
}

static int tell_xattrs(struct tree_reader *reader, int fd, struct fail *fail) {
  static char names[XATTR_MAX_BYTES];
  char own[DESCRIPTOR_NAME_BYTES];
  ssize_t length = listxattr(descriptor_name(own, fd), names, sizeof names);
  if (length < 0) return errno == EOPNOTSUPP || errno == ENODATA ? 0 : fail_set(fail, errno, "attributes of %s", reader->path);
  for (const char *name = names; name < names + length; name += strlen(name) + 1) {
    size_t name_length = strlen(name);
    struct writer w = {.capacity = 2 + name_length};
    w.bytes = frame_begin(reader, w.capacity + XATTR_MAX_BYTES, fail);
    if (!w.bytes) return -1;
    put_u16(&w, (uint16_t)name_length);
    put_bytes(&w, name, name_length);
    ssize_t got = getxattr(own, name, w.bytes + w.length, XATTR_MAX_BYTES);
    /* Taken away since the list was made, or not ours to read. */
    if (got >= 0) frame_end(reader, FRAME_STATE, 0, w.length + (size_t)got);
  }
  return 0;
}

struct region {
  uint64_t offset, length;
};

/* Where a file has data. Returns how many regions there are. */
static size_t find_regions(int fd, uint64_t size, struct region *regions) {
  size_t count = 0;
  for (uint64_t at = 0; at < size && count < MAX_REGIONS;) {
    off_t start = lseek(fd, (off_t)at, SEEK_DATA);
    if (start < 0 && errno == ENXIO) break;
    off_t end = start < 0 ? -1 : lseek(fd, start, SEEK_HOLE);
    if (end < 0) end = (off_t)size; /* a file system that cannot tell: all of it */
    if (start < 0) start = (off_t)at;
    if ((uint64_t)start >= size) break;
    if ((uint64_t)end > size || count == MAX_REGIONS - 1) end = (off_t)size;
    regions[count++] = (struct region){(uint64_t)start, (uint64_t)(end - start)};
    at = (uint64_t)end;
  }
  return count;
}

/* The map of a file with holes; false: a file without. */
static int tell_regions(struct tree_reader *reader, const struct region *regions, size_t count, struct fail *fail) {
  /* The map may be larger than the buffer: it goes out by itself. */
  if (tree_reader_flush(reader, fail)) return -1;
  alarm(0);
  int failed = frame_send(reader->frames, FRAME_SKIPPED, 0, regions, count * sizeof *regions);
  alarm(DEADLINE_SECONDS);
  return failed ? fail_set(fail, errno, "telling what was read") : 0;
}

static int tell_region(struct tree_reader *reader, int fd, struct region region, struct fail *fail) {
  for (uint64_t at = region.offset, end = at + region.length; at < end;) {
    size_t wanted = end - at < PIECE_BYTES ? (size_t)(end - at) : PIECE_BYTES;
    uint8_t *piece = frame_begin(reader, wanted, fail);
    if (!piece) return -1;
    ssize_t got = pread(fd, piece, wanted, (off_t)at);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0 && errno != EAGAIN) return fail_set(fail, errno, "read %s", reader->path);
    if (got <= 0) return 0; /* it became shorter: whoever asked fills it up */
    frame_end(reader, FRAME_DATA, at, (size_t)got);
    at += (uint64_t)got;
  }
  return 0;
}

static int tell_content(struct tree_reader *reader, int entry, const struct stat *status, struct fail *fail) {
  char own[DESCRIPTOR_NAME_BYTES];
  uint64_t size = (uint64_t)status->st_size;
  if (size == 0 || !reader->with_data) return 0;
  /* Exactly what was looked at, and a regular file. */
  int fd = open(descriptor_name(own, entry), O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
  if (fd < 0) return fail_set(fail, errno, "open %s", reader->path);
  int failed = 0;
  struct region all = {0, size};
  if ((uint64_t)status->st_blocks * 512 < size) {
    struct region *regions = malloc(MAX_REGIONS * sizeof *regions);
    size_t count = regions ? find_regions(fd, size, regions) : 0;
    failed = !regions ? fail_set(fail, ENOMEM, "regions of %s", reader->path) : tell_regions(reader, regions, count, fail);
    for (size_t i = 0; i < count && !failed; i++) failed = tell_region(reader, fd, regions[i], fail);
    free(regions);
  } else {
    failed = tell_region(reader, fd, all, fail);
  }
  close(fd);
  return failed;
}

static bool is_excluded(const struct tree_reader *reader) {
  for (unsigned i = 2; i < reader->request->argc; i++)
    if (!strcmp(op_str(reader->request, i), reader->path)) return true;
  return false;
}

static int tell_tree(struct tree_reader *reader, int fd, dev_t device, int depth, struct fail *fail);

static int tell_children(struct tree_reader *reader, int fd, dev_t device, int depth, struct fail *fail) {
  char own[DESCRIPTOR_NAME_BYTES];
  struct names names = {0};
  if (depth == MAX_DEPTH) return fail_say(fail, ELOOP, "%.100s…: more than %d directories inside each other", reader->path, MAX_DEPTH);
  int directory = open(descriptor_name(own, fd), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (directory < 0) return fail_set(fail, errno, "open directory %s", reader->path);
  size_t length = strlen(reader->path);
  int failed = names_read(directory, &names, fail);
  for (size_t i = 0; i < names.count && !failed; i++) {
    const char *name = names_at(&names, i);
    size_t name_length = strlen(name);
    if (length + name_length + 2 > sizeof reader->path) {
      failed = fail_set(fail, ENAMETOOLONG, "%.100s…/%.100s", reader->path, name);
      break;
    }
    char *end = reader->path + length;
    if (length) *end++ = '/';
    memcpy(end, name, name_length + 1);
    int child = is_excluded(reader) ? -1 : openat(directory, name, O_PATH | O_NOFOLLOW | O_CLOEXEC);
    /* What is gone meanwhile was never there. */
    if (child >= 0) {
      failed = tell_tree(reader, child, device, depth + 1, fail);
      close(child);
    }
  }
  reader->path[length] = 0;
  names_free(&names);
  close(directory);
  return failed;
}

static int tell_alone(struct tree_reader *reader, int fd, const char *path, struct stat *status, struct fail *fail) {
  char target[PATH_MAX] = "";
  if (fstatat(fd, "", status, AT_EMPTY_PATH)) return fail_set(fail, errno, "look at %s", path);
  if (S_ISLNK(status->st_mode)) {
    ssize_t length = readlinkat(fd, "", target, sizeof target - 1);
    if (length < 0) return fail_set(fail, errno, "read link %s", path);
    target[length] = 0;
  }
  return tell_entry(reader, path, status, target, fail);
}

static int tell_tree(struct tree_reader *reader, int fd, dev_t device, int depth, struct fail *fail) {
  struct stat status;
  if (tell_alone(reader, fd, reader->path, &status, fail)) return -1;
  bool foreign = status.st_dev != device && is_kernel_interface(fd);
  if (foreign) return 0;
  if (tell_xattrs(reader, fd, fail)) return -1;
  if (S_ISREG(status.st_mode)) return tell_content(reader, fd, &status, fail);
  return S_ISDIR(status.st_mode) && !(reader->shallow && depth > 0) ? tell_children(reader, fd, status.st_dev, depth, fail) : 0;
}

/* The entry's path from the root, every link in it resolved. */
static int resolved_path(int fd, char path[PATH_MAX], struct fail *fail) {
  char own[DESCRIPTOR_NAME_BYTES];
  ssize_t length = readlink(descriptor_name(own, fd), path, PATH_MAX - 1);
  if (length < 0) return fail_set(fail, errno, "resolve a path");
  path[length] = 0;
  return 0;
}

static int find_and_tell(struct tree_reader *reader, const struct plan_op *op, struct fail *fail) {
  uint32_t flags = op_u32(op, 1);
  bool stat_only = op->code == PLAN_TREE_STAT;
  int fd = path_open(reader->root.fd, op_str(op, 0), O_PATH | (flags & TREE_FOLLOW ? 0 : O_NOFOLLOW),
                     stat_only && flags & TREE_NO_LINKS ? RESOLVE_NO_SYMLINKS : 0);
  if (fd < 0) {
    bool missing = errno == ENOENT || errno == ENOTDIR || (errno == ELOOP && flags & TREE_NO_LINKS);
    return missing ? 0 : fail_set(fail, errno, "open %s", op_str(op, 0));
  }
  int failed;
  struct stat status;
  char path[PATH_MAX];
  if (stat_only) {
    failed = resolved_path(fd, path, fail) || tell_alone(reader, fd, path, &status, fail);
  } else {
    *reader->path = 0;
    reader->with_data = !(flags & TREE_NO_DATA);
    reader->shallow = flags & TREE_SHALLOW;
    reader->request = op;
    failed = is_kernel_interface(fd) ? fail_say(fail, EPERM, "%s belongs to the kernel: it holds no files", op_str(op, 0))
                                     : tell_tree(reader, fd, fstat(fd, &status) ? 0 : status.st_dev, 0, fail);
  }
  close(fd);
  return failed ? -1 : 0;
}

int tree_reader_obey(void *state, const struct plan_op *op, struct fail *fail) {
  struct tree_reader *reader = state;
  if (op->code == PLAN_TREE_ROOT)
    return tree_root_enter(&reader->root, reader->given, op, PRIVILEGE(CAP_DAC_READ_SEARCH) | PRIVILEGE(CAP_DAC_OVERRIDE), fail);
  if ((op->code != PLAN_TREE_TELL && op->code != PLAN_TREE_STAT) || reader->root.fd < 0)
    return fail_say(fail, EINVAL, "plan: %s is out of place", op->shape->name);
  reader->count = 0;
  if (find_and_tell(reader, op, fail) || !frame_begin(reader, 0, fail)) return -1;
  frame_end(reader, FRAME_ACK, reader->count, 0);
  return 0;
}
