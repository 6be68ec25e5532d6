import type { FeedMessage } from '@boxyard/api';
import type { ContainerStore } from '../containers/store.ts';
import { viewOf } from '../containers/view.ts';
import type { Tasks } from '../tasks/tasks.ts';
import type { Terminals } from '../terminals/registry.ts';
import type { EventLog } from './log.ts';

/** A snapshot of all containers at once and the tasks there are, then every change and event, in order. Returns the end of it. */
export function openFeed(
  {
    containers,
    events,
    terminals,
    tasks,
  }: { containers: ContainerStore; events: EventLog; terminals: Terminals; tasks: Tasks },
  listener: (message: FeedMessage) => void,
): () => void {
  listener({ type: 'snapshot', containers: [...containers.values()].map(viewOf) });
  for (const task of tasks.list().reverse()) listener({ type: 'task', task });
  const ends = [
    containers.listen({
      changed: (container) => listener({ type: 'container', container: viewOf(container) }),
      removed: (container) => listener({ type: 'removed', id: container.id }),
    }),
    events.listen((event) => listener({ type: 'event', event })),
    tasks.listen({
      changed: (task) => listener({ type: 'task', task }),
      removed: (id) => listener({ type: 'task-removed', id }),
    }),
    terminals.watch((container) => listener({ type: 'terminals', container })),
  ];
  return () => {
    for (const end of ends) end();
  };
}
