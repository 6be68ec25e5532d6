#include <stdio.h>
#include <string.h>
#include <sys/wait.h>

#include "box_fixture.h"
#include "test.h"

static struct run run;
static struct builder b;

TEST("a box gets /proc, /dev with its nodes, pts, shm, mqueue and /sys") {
  if (test_needs_root()) return;
  fixture_begin(&b, fixture_root());
  build(&b, PLAN_HOSTNAME, "hello");
  build(&b, PLAN_PIVOT);
  fixture_sh(&b, "echo $$ $(hostname) $HOME; cat /proc/mounts; ls /; ls -l /dev; echo x >/dev/null; ls /sys | wc -l", &run);
  printf("%s\n", run.output);
  CHECK_STR(run.fail.text, "");
  CHECK(run.status == 0);
}
