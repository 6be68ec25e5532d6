#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "box.h"
#include "path.h"
#include "sys.h"

int box_op_signals(struct box *box, const struct plan_op *op, struct fail *fail) {
  (void)box, (void)op;
  /* The kernel's struct sigaction, all zero: SIG_DFL. By the system call, as libc hides the signals it uses itself (32, 33), and whoever
     started us may have left those ignored too. */
  const uint64_t standard[4] = {0};
  sigset_t none;
  sigemptyset(&none);
  for (int number = 1; number < _NSIG; number++) syscall(SYS_rt_sigaction, number, standard, NULL, sizeof(uint64_t)); /* KILL, STOP: EINVAL */
  return sigprocmask(SIG_SETMASK, &none, NULL) ? fail_set(fail, errno, "signal mask") : 0;
}

int box_op_umask(struct box *box, const struct plan_op *op, struct fail *fail) {
  (void)fail;
  box->umask = op_u32(op, 0) & 0777; /* in force from execve on: modes in the plan stay exact */
  return 0;
}

static bool sets(const char *variable, const char *name) {
  size_t length = strlen(name);
  return !strncmp(variable, name, length) && variable[length] == '=';
}

static const char *value_of(char **environment, const char *name) {
  for (; environment && *environment; environment++)
    if (sets(*environment, name)) return *environment + strlen(name) + 1;
  return NULL;
}

int box_op_environment(struct box *box, const struct plan_op *op, struct fail *fail) {
  char **environment = calloc((size_t)op->argc + 1, sizeof *environment);
  if (!environment) return fail_set(fail, ENOMEM, "environment");
  size_t count = op_strings(op, 1, environment);
  for (size_t i = 0; i < count; i++) {
    const char *equals = strchr(environment[i], '=');
    if (!equals || equals == environment[i]) return fail_say(fail, EINVAL, "environment: '%.100s' is not KEY=VALUE", environment[i]);
  }
  if (op_u32(op, 0) && !value_of(environment, "HOME")) {
    const char *home = box->identity.home && *box->identity.home ? box->identity.home : "/";
    char *variable = malloc(sizeof "HOME=" + strlen(home));
    if (!variable) return fail_set(fail, ENOMEM, "environment");
    strcpy(stpcpy(variable, "HOME="), home);
    environment[count] = variable;
  }
  box->environment = environment;
  return 0;
}

/* The kernel says "(unreachable)" when the directory is not below our root (runc, CVE-2024-21626). */
static int check_reachable(const char *path, struct fail *fail) {
  char now[PATH_MAX];
  long length = syscall(SYS_getcwd, now, sizeof now);
  if (length < 0) return fail_set(fail, errno, "working directory %s", path);
  if (now[0] != '/') return fail_say(fail, ENOENT, "working directory %s is not inside the box", path);
  return 0;
}

int box_op_workdir(struct box *box, const struct plan_op *op, struct fail *fail) {
  const char *path = op_str(op, 0);
  int root = box_root(box, fail);
  if (root < 0) return -1;
  int place = op_u32(op, 1) ? path_make(root, path, PATH_DIRECTORY, fail) : path_open(root, path, O_PATH, 0);
  if (place < 0) return fail->error ? -1 : fail_set(fail, errno, "working directory %s", path);
  int failed = fchdir(place), error = errno;
  close(place);
  return failed ? fail_set(fail, error, "working directory %s", path) : check_reachable(path, fail);
}

/* Says more than errno where a user would search for long. */
static int explain(const char *file, int error, struct fail *fail) {
  struct stat status;
  if (error == ENOENT && !stat(file, &status))
    return fail_say(fail, error, "exec %s: the file is there, but its interpreter or loader is missing", file);
  if (error == EPERM) return fail_say(fail, error, "exec %s: not permitted; a file with capabilities needs them in the box (--cap-add)", file);
  if (error == ENOEXEC) return fail_say(fail, error, "exec %s: no program of this machine (wrong architecture, or a script without #!)", file);
  if (error == EACCES && !stat(file, &status) && S_ISDIR(status.st_mode)) return fail_say(fail, error, "exec %s: it is a directory", file);
  return fail_set(fail, error, "exec %s", file);
}

/* Tries one directory of PATH. Returns errno: of what went wrong there. An execve that finds nothing costs ten times a stat. */
static int try_directory(const char *directory, size_t length, char **arguments, char **environment, char *file) {
  size_t name = strlen(arguments[0]);
  if (length + name + 2 > PATH_MAX) return ENAMETOOLONG;
  memcpy(file, length ? directory : ".", length ? length : 1);
  length += !length;
  file[length] = '/';
  memcpy(file + length + 1, arguments[0], name + 1);
  struct stat status;
  if (stat(file, &status)) return errno;
  execve(file, arguments, environment);
  return errno;
}

/* As execvpe(3), with the box's own PATH: an unusable file is remembered while the search goes on. */
static int search_path(char **arguments, char **environment, struct fail *fail) {
  const char *path = value_of(environment, "PATH");
  char file[PATH_MAX], found[PATH_MAX] = "";
  int remembered = 0;
  for (const char *at = path; at;) {
    size_t length = strcspn(at, ":");
    int error = try_directory(at, length, arguments, environment, file);
    struct stat status;
    bool is_candidate = !stat(file, &status) && !S_ISDIR(status.st_mode);
    if (error == EACCES && is_candidate && !remembered) {
      remembered = error;
      strcpy(found, file);
    } else if (error != ENOENT && error != ENOTDIR && error != EACCES && error != ENAMETOOLONG) {
      return explain(file, error, fail);
    } else if (error == ENOENT && is_candidate) {
      return explain(file, error, fail);
    }
    at = at[length] ? at + length + 1 : NULL;
  }
  if (remembered) return explain(found, remembered, fail);
  return fail_say(fail, ENOENT, "exec %s: not found in PATH (%s)", arguments[0], path ? path : "there is none");
}

int box_op_exec(struct box *box, const struct plan_op *op, struct fail *fail) {
  static char *no_environment[] = {NULL};
  char **environment = box->environment ? box->environment : no_environment;
  char **arguments = calloc((size_t)op->argc + 1, sizeof *arguments);
  if (!arguments) return fail_set(fail, ENOMEM, "arguments");
  if (op_strings(op, 0, arguments) == 0) return fail_say(fail, ENOENT, "exec: no command");
  if (!*arguments[0]) return fail_say(fail, ENOENT, "exec: the command is empty");
  if (close_range(3, ~0U, CLOSE_RANGE_CLOEXEC)) return fail_set(fail, errno, "close_range");
  umask(box->umask);
  if (!strchr(arguments[0], '/')) return search_path(arguments, environment, fail);
  execve(arguments[0], arguments, environment);
  return explain(arguments[0], errno, fail);
}
