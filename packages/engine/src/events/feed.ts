import type { FeedMessage } from '@boxyard/api';
import type { ContainerStore } from '../containers/store.ts';
import { viewOf } from '../containers/view.ts';
import type { Terminals } from '../terminals/registry.ts';
import type { EventLog } from './log.ts';

/** A snapshot of all containers at once, then every change and event, in order. Returns the end of it. */
export function openFeed(
  { containers, events, terminals }: { containers: ContainerStore; events: EventLog; terminals: Terminals },
  listener: (message: FeedMessage) => void,
): () => void {
  listener({ type: 'snapshot', containers: [...containers.values()].map(viewOf) });
  const ends = [
    containers.listen({
      changed: (container) => listener({ type: 'container', container: viewOf(container) }),
      removed: (container) => listener({ type: 'removed', id: container.id }),
    }),
    events.listen((event) => listener({ type: 'event', event })),
    terminals.watch((container) => listener({ type: 'terminals', container })),
  ];
  return () => {
    for (const end of ends) end();
  };
}
