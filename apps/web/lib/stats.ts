import type { FeedWatch } from '@boxyard/api';
import { useCallback, useEffect, useSyncExternalStore } from 'react';
import { watchStats } from './connection';
import {
  allLiveStats,
  followAll,
  followHost,
  followStats,
  type LiveHost,
  type LiveStats,
  liveHost,
  liveStatsOf,
} from './stats-store';

export type { LiveHost, LiveStats } from './stats-store';

export interface Watch {
  /** Figures of the whole host. */
  host?: boolean;
  /** Full ids of what is visible; `all`: every box that runs. */
  containers?: readonly string[] | 'all';
}

const watches = new Set<Watch>();
/** The agent takes no longer list. */
const CONTAINERS_MAX = 2_000;

/** What all parts of this tab look at together; nothing while nobody sees the tab, so that the agent measures every 10 s again. */
function tell(): void {
  const visible = document.visibilityState === 'visible' ? [...watches] : [];
  const ids = new Set(
    visible.flatMap(({ containers }) => (Array.isArray(containers) ? (containers as string[]) : [])),
  );
  watchStats({
    host: visible.some(({ host }) => host),
    containers: visible.some(({ containers }) => containers === 'all')
      ? 'all'
      : ([...ids].slice(0, CONTAINERS_MAX) satisfies FeedWatch['containers']),
  });
}

let told = false;
/** Rows that scroll past come and go in one rendering: one message says what is left. */
function tellSoon(): void {
  if (told) return;
  told = true;
  queueMicrotask(() => {
    told = false;
    tell();
  });
}

/** While this is shown, the agent sends these figures every second. */
export function useWatch({ host = false, containers = [] }: Watch): void {
  const said = containers === 'all' ? 'all' : containers.join();
  useEffect(() => {
    const watch: Watch = { host, containers: said === 'all' ? 'all' : said.split(',').filter(Boolean) };
    if (watches.size === 0) document.addEventListener('visibilitychange', tellSoon);
    watches.add(watch);
    tellSoon();
    return () => {
      watches.delete(watch);
      if (watches.size === 0) document.removeEventListener('visibilitychange', tellSoon);
      tellSoon();
    };
  }, [host, said]);
}

/** What a box does now and did in the last minute; undefined while it does not run or is not watched (`useWatch`). */
export function useLiveStats(id: string): LiveStats | undefined {
  const follow = useCallback((listener: () => void) => followStats(id, listener), [id]);
  return useSyncExternalStore(
    follow,
    () => liveStatsOf(id),
    () => undefined,
  );
}

/** All boxes that run and are watched, by id. */
export function useAllLiveStats(): ReadonlyMap<string, LiveStats> {
  return useSyncExternalStore(followAll, allLiveStats, () => NOTHING);
}
const NOTHING: ReadonlyMap<string, LiveStats> = new Map();

/** The same of the host. */
export function useHostStats(): LiveHost | undefined {
  return useSyncExternalStore(followHost, liveHost, () => undefined);
}
