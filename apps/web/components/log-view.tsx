'use client';
import { useEffect, useRef, useState, useSyncExternalStore } from 'react';
import { parseAnsi } from '../lib/ansi';
import { frames } from '../lib/connection';
import { LogStore } from '../lib/log-store';
import { Button } from './button';
import { LogRows } from './log-rows';

/** Lines fetched when the page opens; more than a screen, little enough to be there at once. */
const TAIL_LINES = 2000;

/** A box's log: its tail, then live. Follows the end until you scroll up; the pill resumes. */
export function LogView({ container }: { container: string }) {
  const store = useLog(container);
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

function useLog(container: string): LogStore {
  const [store, setStore] = useState(() => new LogStore());
  const opened = useRef('');
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new store for a new box, not the other way round
  useEffect(() => {
    const fresh = opened.current === '' ? store : new LogStore();
    opened.current = container;
    if (fresh !== store) setStore(fresh);
    const channel = frames().logs(
      { container, tail: TAIL_LINES, follow: true },
      {
        data: (records) => {
          fresh.push(records);
          return undefined;
        },
        skipped: (from, to) => fresh.skip(to - from),
        end: () => undefined,
        error: () => undefined,
      },
    );
    return () => channel.close();
  }, [container]);
  return store;
}
