import type { FeedMessage, TaskView } from '@boxyard/api';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useRef, useSyncExternalStore } from 'react';
import { api, boxErrorOf } from './api';
import { queries, queryClient } from './queries';
import { RateMeter, taskProgress } from './task-words';
import { toastError } from './toasts';

/** Newest first. */
let tasks: readonly TaskView[] = [];
const listeners = new Set<() => void>();
const endListeners = new Set<(task: TaskView) => void>();
/** Those seen running, over a reconnect too: their end is news. */
const underWay = new Set<string>();
const meters = new Map<string, RateMeter>();
/** Tasks that the page shows as they go, by how many of its parts. */
const shown = new Map<string, number>();

/** What the feed told: a snapshot is followed by all tasks there are. */
export function takeTask(
  message: Extract<FeedMessage, { type: 'snapshot' | 'task' | 'task-removed' }>,
): void {
  const id = message.type === 'snapshot' ? undefined : message.type === 'task' ? message.task.id : message.id;
  const others = id === undefined ? [] : tasks.filter((task) => task.id !== id);
  const changed = message.type === 'task' ? [message.task, ...others] : others;
  tasks = changed.toSorted((a, b) => (a.createdAt < b.createdAt ? 1 : -1));
  if (message.type === 'task') note(message.task);
  else if (message.type === 'task-removed') meters.delete(message.id);
  for (const listener of listeners) listener();
}

function note(task: TaskView): void {
  if (task.state === 'running') {
    underWay.add(task.id);
    const meter = meters.get(task.id) ?? new RateMeter();
    meters.set(task.id, meter);
    meter.add(Date.now(), taskProgress(task).current);
    return;
  }
  meters.delete(task.id);
  if (!underWay.delete(task.id)) return;
  void queryClient.invalidateQueries({ queryKey: ['images'] });
  for (const listener of endListeners) listener(task);
}

/** Pulls, pushes and other long work, under way or ended a while ago. */
export function useTasks(): readonly TaskView[] {
  return useSyncExternalStore(
    subscribe,
    () => tasks,
    () => tasks,
  );
}

/** One of them; undefined until the feed tells of it, and when it is forgotten. */
export function useTask(id: string | null): TaskView | undefined {
  return useTasks().find((task) => task.id === id);
}

/** Bytes per second now; null when it is too early to tell. */
export function taskRate(id: string): number | null {
  return meters.get(id)?.rate(Date.now()) ?? null;
}

/** Calls with each task that ends, until the returned function is called. */
export function onTaskEnd(listener: (task: TaskView) => void): () => void {
  endListeners.add(listener);
  return () => void endListeners.delete(listener);
}

/** The component shows this task to its end: no toast has to tell of it. */
export function useShowsTask(id: string): void {
  useEffect(() => {
    shown.set(id, (shown.get(id) ?? 0) + 1);
    return () => void shown.set(id, (shown.get(id) ?? 1) - 1);
  }, [id]);
}

export const isShown = (id: string): boolean => (shown.get(id) ?? 0) > 0;

/** Asks the agent to end it; the feed tells when it has. */
export async function cancelTask(id: string): Promise<void> {
  await api.tasks.cancel.mutate({ task: id }).catch((error: unknown) => toastError(boxErrorOf(error)));
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => void listeners.delete(listener);
}

/** A task that this page began, from its answer on; to its end also where the feed was away meanwhile or the agent died. */
export function useFollowedTask(begun: TaskView): TaskView {
  const told = useTask(begun.id);
  const last = useRef(begun);
  if (told) last.current = told;
  // The answer of the procedure may come before the feed's first word of it, and a reconnect begins with none.
  const missing = !told && last.current.state === 'running';
  const { data, error } = useQuery({
    ...queries.task(begun.id),
    enabled: missing,
    refetchInterval: ASK_AGAIN_MS,
  });
  if (told || !missing) return last.current;
  return error?.code === 'NOT_FOUND'
    ? { ...last.current, state: 'failed', error: DIED }
    : (data ?? last.current);
}

const ASK_AGAIN_MS = 3_000;
const DIED = {
  code: 'UNAVAILABLE',
  message: 'the agent was started again meanwhile',
  hint: 'what was kept so far is not fetched twice: begin it again',
};
