import type { ContainerDetails, ContainerView, ExecView } from '@boxyard/api';
import type { ContainerRow, ExecRow } from '../database/schema.ts';
import type { Container } from './container.ts';

function time(milliseconds: number): string;
function time(milliseconds: number | null): string | null;
function time(milliseconds: number | null): string | null {
  return milliseconds === null ? null : new Date(milliseconds).toISOString();
}

/** A container as procedures and the feed show it. */
export function viewOf({ row }: { row: ContainerRow }): ContainerView {
  return {
    id: row.id,
    name: row.name,
    image: row.image,
    imageId: row.imageId,
    command: row.config.args,
    state: row.state,
    createdAt: time(row.createdAt),
    startedAt: time(row.startedAt),
    finishedAt: time(row.finishedAt),
    exit: row.exit,
    pid: row.pid,
    reason: row.reason,
    tty: row.config.tty,
    openStdin: row.config.openStdin,
    labels: row.config.labels,
    network: row.config.network,
    revision: row.revision,
  };
}

export function execViewOf(row: ExecRow): ExecView {
  return {
    id: row.id,
    name: row.config.name ?? null,
    container: row.container,
    command: row.config.command,
    tty: row.config.tty,
    running: row.exit === null,
    pid: row.exit === null ? row.pid : null,
    exit: row.exit,
    user: row.config.user ?? null,
    createdAt: time(row.createdAt),
  };
}

export function detailsOf(
  container: Container,
  places: { logDirectory: string; cgroup: string },
): ContainerDetails {
  return {
    ...viewOf(container),
    config: container.row.config,
    logDirectory: places.logDirectory,
    cgroup: places.cgroup,
    restartCount: container.row.restartCount,
    execs: [...container.execs.values()].map(execViewOf),
  };
}
