import type { EventView } from '@boxyard/api';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useEffect, useMemo, useState } from 'react';
import { useEvents } from '../../lib/connection';
import { queries } from '../../lib/queries';

export interface EventFilter {
  /** '' for every one. */
  type: string;
  action: string;
  /** Part of a name, or the beginning of an id. */
  text: string;
}

/** Live ones kept beside the pages: an hour of a busy host. */
const LIVE_MAX = 10_000;

/** Events that pass, the newest first: what is stored, as far back as was asked for, and what has come since. */
export function useEventList({ type, action, text }: EventFilter) {
  const filters = useMemo(
    () => [...(type ? [`type=${type}`] : []), ...(action ? [`event=${action}`] : [])],
    [type, action],
  );
  const stored = useInfiniteQuery(queries.events(filters));
  const live = useLiveEvents();
  const events = useMemo(() => {
    const wanted = text.trim().toLowerCase();
    const bySequence = new Map<number, EventView>();
    for (const event of [...(stored.data?.pages.toReversed().flat() ?? []), ...live]) {
      if (passes(event, { type, action, text: wanted })) bySequence.set(event.sequence, event);
    }
    return [...bySequence.values()].sort((a, b) => b.sequence - a.sequence);
  }, [stored.data, live, type, action, text]);
  return { events, stored };
}

/** The feed's latest ones and those before, which it has let go meanwhile. */
function useLiveEvents(): readonly EventView[] {
  const latest = useEvents();
  const [held, setHeld] = useState<readonly EventView[]>(latest);
  useEffect(() => {
    setHeld((before) => {
      const last = before.at(-1)?.sequence ?? 0;
      const added = latest.filter(({ sequence }) => sequence > last);
      return added.length === 0 ? before : [...before, ...added].slice(-LIVE_MAX);
    });
  }, [latest]);
  return held;
}

function passes({ id, name, ...event }: EventView, { type, action, text }: EventFilter): boolean {
  if (type && event.type !== type) return false;
  if (action && event.action !== action) return false;
  return text === '' || name.toLowerCase().includes(text) || id.startsWith(text);
}
