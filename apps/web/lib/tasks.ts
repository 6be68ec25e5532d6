import type { FeedMessage, TaskView } from '@boxyard/api';
import { useSyncExternalStore } from 'react';

/** Newest first. */
let tasks: readonly TaskView[] = [];
const listeners = new Set<() => void>();

/** What the feed told: a snapshot is followed by all tasks there are. */
export function takeTask(
  message: Extract<FeedMessage, { type: 'snapshot' | 'task' | 'task-removed' }>,
): void {
  const id = message.type === 'snapshot' ? undefined : message.type === 'task' ? message.task.id : message.id;
  const others = id === undefined ? [] : tasks.filter((task) => task.id !== id);
  const changed = message.type === 'task' ? [message.task, ...others] : others;
  tasks = changed.toSorted((a, b) => (a.createdAt < b.createdAt ? 1 : -1));
  for (const listener of listeners) listener();
}

/** Pulls, pushes and other long work, under way or ended a while ago. */
export function useTasks(): readonly TaskView[] {
  return useSyncExternalStore(
    subscribe,
    () => tasks,
    () => tasks,
  );
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => void listeners.delete(listener);
}
