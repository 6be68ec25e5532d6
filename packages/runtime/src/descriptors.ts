/**
 * Which descriptor a plan's numbers mean, in the helper's own table. 3 and 4 are fixed by docs/protocol.md; the agent places the others
 * when it starts the helper, so plans can be compiled before anything is open.
 */
export const START_DESCRIPTORS = {
  plan: 3,
  control: 4,
  runDirectory: 5,
  log: 6,
  shimCgroup: 7,
  cgroup: 8,
  /** Socket on which the root file system arrives as a detached mount; absent when the root is a directory of the host. */
  root: 9,
} as const;

/** Mode `exec`: the supervisor places these. */
export const EXEC_DESCRIPTORS = { plan: 3, sync: 4, init: 5, cgroup: 6 } as const;
