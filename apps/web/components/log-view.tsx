'use client';
import type { ContainerView } from '@boxyard/api';
import { useEffect, useState, useSyncExternalStore } from 'react';
import { parseAnsi } from '../lib/ansi';
import { frames, useYard } from '../lib/connection';
import { LogStore } from '../lib/log-store';
import { LogRows } from './log-rows';
import { Button } from './ui/button';

/** Lines fetched when the page opens; more than a screen, little enough to be there at once. */
const TAIL_LINES = 2000;

/** A box's log: its tail, then live. Follows the end until you scroll up; the pill resumes. */
export function LogView({ container }: { container: ContainerView }) {
  const store = useLog(container.id, container.startedAt);
  const [follow, setFollow] = useState(true);
  const [times, setTimes] = useState(false);
  useSyncExternalStore(
    store.subscribe,
    () => store.version,
    () => 0,
  );
  return (
    <div className="relative flex h-full min-h-0 flex-col">
      <div className="flex h-9 shrink-0 items-center gap-4 border-line border-b px-4 text-quiet">
        <Words store={store} />
        <span>{store.lines.length.toLocaleString('en')} lines</span>
        {store.dropped > 0 && <span>{store.dropped.toLocaleString('en')} earlier lines not held</span>}
        {store.skippedBytes > 0 && (
          <span className="text-busy">{store.skippedBytes.toLocaleString('en')} bytes skipped</span>
        )}
        <label className="ml-auto flex items-center gap-1.5">
          <input
            type="checkbox"
            checked={times}
            onChange={(event) => setTimes(event.target.checked)}
            className="accent-(--color-accent)"
          />
          Timestamps
        </label>
      </div>
      <LogRows
        lines={store.lines}
        dropped={store.dropped}
        follow={follow}
        setFollow={setFollow}
        render={(line) => (
          <Line line={line.text} time={times ? line.time : null} error={line.stream === 'stderr'} />
        )}
      />
      {!follow && (
        <Button variant="primary" className="absolute right-6 bottom-4" onClick={() => setFollow(true)}>
          ↓ Follow
        </Button>
      )}
    </div>
  );
}

/** Whether more lines come, and why not. */
function Words({ store: { end } }: { store: LogStore }) {
  const { connection } = useYard();
  if (end?.failure) return <span className="text-bad">✕ {end.failure}</span>;
  if (end) return <span>○ ended</span>;
  if (connection.status !== 'open') return <span className="text-busy">◐ reconnecting</span>;
  return <span className="text-good">● following</span>;
}

function Line({ line, time, error }: { line: string; time: string | null; error: boolean }) {
  return (
    <>
      {time && <time className="mr-3 select-none text-quiet">{time.slice(0, 23).replace('T', ' ')}</time>}
      {error && (
        <span className="mr-2 select-none text-bad" title="stderr">
          !
        </span>
      )}
      {parseAnsi(line).map((span, index) => (
        <span
          // biome-ignore lint/suspicious/noArrayIndexKey: the spans of a line never move
          key={index}
          style={{
            color: span.color,
            fontWeight: span.bold ? 600 : undefined,
            opacity: span.dim ? 0.7 : undefined,
          }}
        >
          {span.text}
        </span>
      ))}
    </>
  );
}

/** A store for one run of one box: a box that is started again gets a new one, which begins with the tail of all its runs. */
function useLog(container: string, run: string | null): LogStore {
  const [store, setStore] = useState(() => new LogStore());
  // biome-ignore lint/correctness/useExhaustiveDependencies: another run is another log to follow
  useEffect(() => {
    const fresh = new LogStore();
    setStore(fresh);
    const channel = frames().logs(
      { container, tail: TAIL_LINES, follow: true },
      {
        data: (records) => fresh.push(records),
        skipped: (from, to) => fresh.skip(to - from),
        end: () => fresh.finish(null),
        error: (error) => fresh.finish(error.message),
      },
    );
    return () => channel.close();
  }, [container, run]);
  return store;
}
