import type { Container } from '../containers/container.ts';
import type { EngineContext } from '../context.ts';
import { volumeNames } from './users.ts';

/** Tells what happened to a volume, under Docker's names. */
export function tellVolume(
  { events }: Pick<EngineContext, 'events'>,
  name: string,
  event: { action: 'create' | 'destroy' | 'mount' | 'unmount'; attributes?: Record<string, string> },
): void {
  events.add({ type: 'volume', id: name, name, ...event });
}

/** A container's start and end are the mount and unmount of each of its volumes. */
export function tellMounts(engine: EngineContext, container: Container, action: 'mount' | 'unmount'): void {
  for (const name of volumeNames(container.row.config.mounts)) {
    tellVolume(engine, name, { action, attributes: { container: container.id, name: container.name } });
  }
}
