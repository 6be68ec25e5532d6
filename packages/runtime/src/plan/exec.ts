import { CAPABILITIES, type ContainerConfig, op, type Plan } from '@boxyard/spec';
import { EXEC_DESCRIPTORS } from '../descriptors.ts';
import type { HostFacts } from '../host.ts';
import { environment, oomScore, privileges, processLimits } from './process.ts';
import { DEFAULT_TERMINAL, namespaces } from './start.ts';

export interface ExecInput {
  /** Of the box: the process gets its namespaces, capabilities, limits and environment. */
  config: ContainerConfig;
  args: readonly string[];
  tty: boolean;
  terminal?: { rows: number; columns: number } | undefined;
  /** KEY=VALUE, after the box's own. */
  env?: readonly string[] | undefined;
  /** Default: the box's user. */
  user?: string | undefined;
  /** Default: the box's. Must exist. */
  workdir?: string | undefined;
  /** Every capability there is. */
  privileged?: boolean | undefined;
  host: HostFacts;
}

/** A further process in a running box: joins all its namespaces and its cgroup. Pure; descriptors are those of EXEC_DESCRIPTORS. */
export function compileExec(input: ExecInput): Plan {
  const { config, host, tty } = input;
  const { rows, columns } = input.terminal ?? DEFAULT_TERMINAL;
  const capabilities = input.privileged ? CAPABILITIES : config.capabilities;
  return [
    op('join', EXEC_DESCRIPTORS.init, namespaces(config)),
    op('clone', 0, EXEC_DESCRIPTORS.cgroup, 1),
    op('signals'),
    tty ? op('console', rows, columns) : op('setsid'),
    op('keyring'),
    op('resolveUser', input.user ?? config.user),
    op('workdir', input.workdir ?? config.workdir, 0),
    oomScore(host),
    ...processLimits(config.ulimits, host),
    op('umask', config.umask),
    environment(config, { tty, env: input.env ?? [] }),
    ...privileges({ capabilities, noNewPrivileges: config.noNewPrivileges }, host),
    op('exec', ...input.args),
  ];
}
