import type { Call } from './call.ts';

/** What every row measures with: a warm agent in the sandbox, and where its things are. */
export interface World {
  /** The agent's process id; changes when a row restarts it. */
  readonly pid: number;
  readonly call: Call;
  /** Path of the `box` command. */
  readonly box: string;
  /** The pinned Node. */
  readonly node: string;
  /** BOXYARD_ROOT and BOXYARD_RUN. */
  readonly root: string;
  readonly run: string;
  /** An empty directory on the file system of BOXYARD_ROOT. */
  readonly work: string;
  /** A cgroup2 directory that rows may make cgroups in. */
  readonly cgroups: string;
  /** Median milliseconds of an empty pinned Node process, this run. */
  readonly emptyNode: number;
  /** Kills the agent with SIGKILL, or ends it, and starts it again; resolves with milliseconds from its start to all containers known. */
  restart(how: 'SIGKILL' | 'SIGTERM'): Promise<number>;
}
