import type { LogMatch, LogSearchEnd, LogSearchProgress } from '@boxyard/api';
import type { SearchChannel } from '@boxyard/api/client';
import type { BoxError } from '@boxyard/spec';
import { useEffect, useState } from 'react';
import { frames } from '../../lib/connection';
import { bytes } from '../../lib/format';
import { plainText } from '../../lib/logs/ansi';
import { compileQuery } from '../../lib/logs/query';
import { markSpans } from '../../lib/logs/rows';
import type { LogContainer } from '../../lib/logs/session';
import { Button } from '../ui/button';
import { ErrorState } from '../ui/error-state';
import { IconButton } from '../ui/icon-button';
import { CloseIcon } from '../ui/icons';
import { Meter } from '../ui/meter';
import { colorOfSource } from './row';
import { queryOf, type Settings } from './settings';

const LIMIT = 500;
/** A result shows so much of a long line, from a little before what was found. */
const SHOWS = 300;
const LEAD = 60;

interface Found extends LogMatch {
  source: number;
}

interface Props {
  containers: readonly LogContainer[];
  settings: Settings;
  close(): void;
  onPick(source: number, offset: number): void;
}

/** What the agent finds in the whole history, newest first; one press goes there. */
export function WholeSearch({ containers, settings, close, onPick }: Props) {
  const search = useWholeSearch(containers, settings);
  const { found, progress, running, error } = search;
  const [picked, setPicked] = useState<Found | null>(null);
  return (
    <aside
      aria-label="Search of the whole log"
      className="flex min-h-0 w-[26rem] max-w-full flex-col border-line border-l bg-surface max-md:h-1/2 max-md:w-full max-md:border-t max-md:border-l-0"
    >
      <header className="flex h-10 shrink-0 items-center gap-2 border-line border-b pr-1 pl-3">
        <h2 className="min-w-0 flex-1 truncate font-medium" aria-live="polite">
          {found.length.toLocaleString('en')}
          {search.next.some((next) => next !== null) ? '+' : ''} {found.length === 1 ? 'line' : 'lines'} with
          “{settings.q}”
        </h2>
        {running && (
          <Button size="small" onClick={search.cancel}>
            Cancel
          </Button>
        )}
        <IconButton label="Close the search" onClick={close}>
          <CloseIcon />
        </IconButton>
      </header>
      {running && (
        <div className="flex items-center gap-3 px-3 py-1.5 text-quiet text-xs">
          <Meter value={progress.scanned} max={Math.max(progress.total, 1)} label="Searched" />
          <span className="shrink-0">
            {bytes(progress.scanned)} of {bytes(progress.total)}
          </span>
        </div>
      )}
      {error && (
        <div className="p-3">
          <ErrorState error={error} compact />
        </div>
      )}
      <ol className="min-h-0 flex-1 overflow-auto">
        {found.map((match) => (
          <li key={`${match.source} ${match.offset}`}>
            <button
              type="button"
              aria-current={picked === match || undefined}
              onClick={() => {
                setPicked(match);
                onPick(match.source, match.offset);
              }}
              className="block w-full border-line border-b px-3 py-1.5 text-left hover:bg-raised aria-current:bg-accent-soft"
            >
              <span className="flex justify-between gap-2 text-quiet text-xs">
                <time>{new Date(match.time).toLocaleString('en-GB')}</time>
                {containers.length > 1 && (
                  <span className="truncate" style={{ color: colorOfSource(match.source) }}>
                    {containers[match.source]?.name}
                  </span>
                )}
              </span>
              <MatchText text={match.text} settings={settings} />
            </button>
          </li>
        ))}
        {!running && search.next.some((next) => next !== null) && (
          <li className="p-3">
            <Button onClick={search.more}>Search on</Button>
          </li>
        )}
        {!running && !error && found.length === 0 && (
          <li className="p-6 text-center text-quiet">No line of the log has it.</li>
        )}
      </ol>
    </aside>
  );
}

function MatchText({ text, settings }: { text: string; settings: Settings }) {
  const matcher = compileQuery(queryOf(settings));
  const plain = plainText(text);
  const [[at] = [0]] = matcher.ranges(plain);
  const from = Math.max(0, at - LEAD);
  const shown = `${from > 0 ? '…' : ''}${plain.slice(from, from + SHOWS)}`;
  return (
    <span
      dir="ltr"
      className="line-clamp-3 font-mono text-mono [overflow-wrap:anywhere] [unicode-bidi:isolate]"
    >
      {markSpans([{ text: shown }], matcher, false).map((span, index) => (
        <span
          // biome-ignore lint/suspicious/noArrayIndexKey: the spans of a line never move
          key={index}
          className={span.mark && 'rounded-[2px] bg-[light-dark(oklch(0.9_0.13_95),oklch(0.45_0.09_90))]'}
        >
          {span.text}
        </span>
      ))}
    </span>
  );
}

interface Search {
  found: Found[];
  progress: LogSearchProgress;
  running: boolean;
  error: BoxError | null;
  /** By box: where to go on. */
  next: (number | null)[];
}
const NOTHING: Search = {
  found: [],
  progress: { scanned: 0, total: 0 },
  running: true,
  error: null,
  next: [],
};

function useWholeSearch(containers: readonly LogContainer[], { q, re, cs }: Settings) {
  const [search, setSearch] = useState<Search>(NOTHING);
  const [pages, setPages] = useState<(number | null | undefined)[]>(() => containers.map(() => undefined));
  const [cancelled, setCancelled] = useState(false);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another text is another search
  useEffect(() => {
    setSearch(NOTHING);
    setCancelled(false);
    setPages(containers.map(() => undefined));
  }, [q, re, cs]);
  useEffect(() => {
    if (cancelled || !q) return;
    const channels: SearchChannel[] = [];
    const progress = containers.map(() => ({ scanned: 0, total: 0 }));
    const next: (number | null)[] = containers.map(() => null);
    let running = 0;
    const update = (change: (before: Search) => Partial<Search>) =>
      setSearch((before) => ({ ...before, ...change(before) }));
    const ended = (error: BoxError | null) => {
      running -= 1;
      update((before) => ({ running: running > 0, next: [...next], error: error ?? before.error }));
    };
    for (const [source, { id }] of containers.entries()) {
      if (pages[source] === null) continue;
      running += 1;
      const offset = pages[source];
      const options = { container: id, pattern: q, regex: re, caseSensitive: cs, limit: LIMIT };
      let mine: Found[] = [];
      channels.push(
        frames().search(offset === undefined ? options : { ...options, offset }, {
          matches(matches) {
            const fresh = matches.map((match) => ({ ...match, source }));
            mine = [...mine, ...fresh];
            update(({ found }) => ({
              found: [...found, ...fresh].sort((a, b) => (a.time < b.time ? 1 : a.time > b.time ? -1 : 0)),
            }));
          },
          progress(now) {
            progress[source] = now;
            update(() => ({
              progress: {
                scanned: progress.reduce((sum, { scanned }) => sum + scanned, 0),
                total: progress.reduce((sum, { total }) => sum + total, 0),
              },
            }));
          },
          restarted() {
            const lost = new Set(mine);
            mine = [];
            update(({ found }) => ({ found: found.filter((match) => !lost.has(match)) }));
          },
          end(end: LogSearchEnd) {
            next[source] = end.next;
            ended(null);
          },
          error: ended,
        }),
      );
    }
    return () => {
      for (const channel of channels) channel.close();
    };
  }, [containers, q, re, cs, pages, cancelled]);
  return {
    ...search,
    running: search.running && !cancelled,
    cancel: () => setCancelled(true),
    more() {
      setPages(search.next);
      setSearch((before) => ({ ...before, running: true }));
    },
  };
}
