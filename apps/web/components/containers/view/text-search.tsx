'use client';
import { useDeferredValue, useEffect, useMemo, useRef, useState } from 'react';
import { findInLines } from '../../../lib/find-in-lines';
import { CopyButton } from '../../ui/copy-button';
import { IconButton } from '../../ui/icon-button';
import { ChevronDownIcon, ChevronUpIcon } from '../../ui/icons';
import { Input } from '../../ui/input';
import { ScrollRegion } from './scroll-region';

interface TextSearchProps {
  text: string;
  /** What the text is, for screen readers. */
  label: string;
}

/** A text to read, search and copy. Enter goes to the next place, Shift-Enter to the one before. */
export function TextSearch({ text, label }: TextSearchProps) {
  const [search, setSearch] = useState('');
  const [at, setAt] = useState(0);
  const frame = useRef<HTMLElement>(null);
  const wanted = useDeferredValue(search);
  const lines = useMemo(() => text.split('\n'), [text]);
  const found = useMemo(() => findInLines(lines, wanted), [lines, wanted]);
  const index = found.count === 0 ? 0 : ((at % found.count) + found.count) % found.count;
  // biome-ignore lint/correctness/useExhaustiveDependencies: another place, or other words, is another thing to bring into sight
  useEffect(() => {
    frame.current?.querySelector('[data-current]')?.scrollIntoView({ block: 'center', inline: 'nearest' });
  }, [index, wanted]);
  return (
    <>
      <div className="flex items-center gap-1">
        <Input
          type="search"
          aria-label={`Search: ${label}`}
          placeholder="Search…"
          value={search}
          onChange={(event) => {
            setSearch(event.target.value);
            setAt(0);
          }}
          onKeyDown={(event) => {
            if (event.key === 'Enter') setAt(index + (event.shiftKey ? -1 : 1));
          }}
          className="max-w-64"
        />
        <IconButton label="Place before" disabled={found.count === 0} onClick={() => setAt(index - 1)}>
          <ChevronUpIcon />
        </IconButton>
        <IconButton label="Next place" disabled={found.count === 0} onClick={() => setAt(index + 1)}>
          <ChevronDownIcon />
        </IconButton>
        <p role="status" className="text-quiet">
          {wanted && (found.count === 0 ? 'Nothing found' : `${index + 1} of ${found.count}`)}
        </p>
        <span className="ml-auto">
          <CopyButton text={text} label="Copy all" />
        </span>
      </div>
      <ScrollRegion
        ref={frame}
        label={label}
        className="min-h-0 flex-1 overflow-auto rounded-box border border-line bg-surface p-3 font-mono text-mono leading-5"
      >
        {lines.map((line, number) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a line is its place
          <div key={number} className="whitespace-pre-wrap [overflow-wrap:anywhere]">
            <Line line={line} places={found.places.get(number)} current={index} />
          </div>
        ))}
      </ScrollRegion>
    </>
  );
}

interface LineProps {
  line: string;
  places: readonly { start: number; end: number; index: number }[] | undefined;
  current: number;
}

function Line({ line, places, current }: LineProps) {
  if (!places) return line || '\u00a0';
  return (
    <>
      {places.map(({ start, end, index }, place) => (
        <span key={start}>
          {line.slice(place === 0 ? 0 : places[place - 1]?.end, start)}
          <mark
            data-current={index === current ? '' : undefined}
            className={index === current ? 'bg-accent text-on-accent' : 'bg-accent-soft text-ink'}
          >
            {line.slice(start, end)}
          </mark>
        </span>
      ))}
      {line.slice(places.at(-1)?.end)}
    </>
  );
}
