import type { EngineContext } from '../context.ts';
import type { Container } from './container.ts';

/** Tells what happened to a container: with its labels, image and name beside what is special about it, under Docker's names. */
export function tellContainer(
  engine: Pick<EngineContext, 'events'>,
  container: Container,
  event: { action: string; attributes?: Record<string, string> },
): void {
  const { id, name, row } = container;
  const attributes = { ...row.config.labels, image: row.image, name, ...event.attributes };
  engine.events.add({ type: 'container', action: event.action, id, name, attributes });
}
