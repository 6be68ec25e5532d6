import { type ContainerMount, isAlive } from '@boxyard/spec';
import type { Container } from '../containers/container.ts';
import type { EngineContext } from '../context.ts';

/** Volumes that these mounts name, each once. */
export function volumeNames(mounts: readonly ContainerMount[]): string[] {
  return [...new Set(mounts.flatMap((mount) => (mount.type === 'volume' ? [mount.name] : [])))];
}

/** Containers (but these ids) by the volumes that they mount, whatever their state. */
export function volumeUsers(
  { containers }: Pick<EngineContext, 'containers'>,
  without: readonly string[] = [],
): Map<string, Container[]> {
  const users = new Map<string, Container[]>();
  for (const container of containers.values()) {
    if (without.includes(container.id)) continue;
    for (const name of volumeNames(container.row.config.mounts)) {
      users.set(name, [...(users.get(name) ?? []), container]);
    }
  }
  return users;
}

/** Whether a container other than this one runs with the volume. */
export function isMounted(engine: EngineContext, volume: string, except: Container): boolean {
  const users = volumeUsers(engine).get(volume) ?? [];
  return users.some((container) => container !== except && isAlive(container.state));
}
