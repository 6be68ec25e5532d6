import { memo } from 'react';
import { age, bytes } from '../../lib/format';
import type { Level } from '../../lib/logs/line';
import type { Row } from '../../lib/logs/rows';
import type { LogContainer } from '../../lib/logs/session';
import { Button } from '../ui/button';
import type { Settings } from './settings';
import { timeOf } from './times';

export const ROW_PX = 20;

/** Letter, colour and word: never the colour alone. */
const LEVELS: Record<Level, { letter: string; color: string }> = {
  error: { letter: 'E', color: 'text-bad' },
  warn: { letter: 'W', color: 'text-busy' },
  info: { letter: 'I', color: 'text-accent' },
  debug: { letter: 'D', color: 'text-quiet' },
};
/** Names of merged boxes, told apart by colour too; of the palette that is legible on this ground. */
const SOURCE_COLORS = [4, 2, 5, 6, 3, 1].map((index) => `var(--ansi-${index})`);
export const colorOfSource = (source: number): string | undefined =>
  SOURCE_COLORS[source % SOURCE_COLORS.length];

interface GutterProps {
  containers: readonly LogContainer[];
  settings: Settings;
  dated: boolean;
  row?: Row;
}

/** What stands before a line's text, in columns of one width. Without a row: the room it takes. */
export function Gutter({ containers, settings: { ts }, dated, row }: GutterProps) {
  const level = row?.level ? LEVELS[row.level] : undefined;
  const width = ts === 'ago' ? 'w-[8ch]' : dated ? 'w-[20ch]' : 'w-[13ch]';
  return (
    <>
      {ts !== 'off' && (
        <time className={`shrink-0 select-none truncate text-quiet max-sm:hidden ${width}`}>
          {row &&
            (ts === 'ago' ? age(new Date(row.time).toISOString(), Date.now()) : timeOf(row.time, ts, dated))}
        </time>
      )}
      {containers.length > 1 && (
        <span
          className="mr-2 w-[14ch] shrink-0 select-none truncate max-sm:w-[7ch]"
          style={row && { color: colorOfSource(row.source) }}
          title={row && containers[row.source]?.name}
        >
          {row && containers[row.source]?.name}
        </span>
      )}
      <span
        className={`w-[2ch] shrink-0 select-none font-semibold ${level?.color ?? ''}`}
        title={row?.level ?? undefined}
      >
        {level?.letter}
      </span>
      <span
        className="w-[2ch] shrink-0 select-none text-bad"
        title={row?.stream === 'stderr' ? 'stderr' : undefined}
      >
        {row?.stream === 'stderr' ? '!' : ''}
      </span>
    </>
  );
}

interface RowLineProps extends GutterProps {
  row: Row;
  /** Pixels. */
  top: number;
  chosen: boolean;
  target: boolean;
  fill(): void;
}

/** One line: text nodes only, turned neither by right-to-left marks of its neighbours nor by its own. */
export const RowLine = memo(
  function RowLine({ row, top, containers, settings, dated, chosen, target, fill }: RowLineProps) {
    const style = { top, height: row.height * ROW_PX };
    if (row.hole) {
      return (
        <div
          data-place={row.place}
          className="absolute flex w-full items-center bg-busy-soft px-3"
          style={style}
        >
          <HoleWords row={row} fill={fill} />
        </div>
      );
    }
    const ground =
      target || chosen ? 'bg-accent-soft' : row.level === 'error' ? 'bg-bad-soft' : 'hover:bg-raised';
    return (
      <div
        data-place={row.place}
        data-line
        className={`absolute flex min-w-full px-3 ${settings.wrap ? 'w-full' : ''} ${ground}`}
        style={style}
      >
        <Gutter containers={containers} settings={settings} dated={dated} row={row} />
        <span
          dir="ltr"
          className={`[unicode-bidi:isolate] ${settings.wrap ? 'min-w-0 flex-1 break-all [white-space:break-spaces]' : 'whitespace-pre'}`}
        >
          {row.folded > 0 && (
            <span className="mr-2 rounded-[4px] bg-raised px-1.5 font-sans text-quiet text-xs">
              {bytes(row.bytes)} in one line
            </span>
          )}
          {row.spans.map((span, index) => (
            <span
              // biome-ignore lint/suspicious/noArrayIndexKey: the spans of a line never move
              key={index}
              className={span.mark ? MARKS[span.mark] : undefined}
              style={styleOf(span)}
            >
              {span.text}
            </span>
          ))}
          {row.folded > 0 && <span className="text-quiet">…</span>}
        </span>
      </div>
    );
  },
  (before, after) =>
    before.top === after.top &&
    before.chosen === after.chosen &&
    before.target === after.target &&
    before.dated === after.dated &&
    before.settings === after.settings &&
    // A relative time is another with every picture.
    after.settings.ts !== 'ago' &&
    JSON.stringify(before.row) === JSON.stringify(after.row),
);

const MARKS = {
  found: 'rounded-[2px] bg-[light-dark(oklch(0.9_0.13_95),oklch(0.45_0.09_90))] text-ink',
  current: 'rounded-[2px] bg-accent text-on-accent',
};

function styleOf({ color, bold, dim, italic, underline, mark }: Row['spans'][number]) {
  if (!color && !bold && !dim && !italic && !underline) return undefined;
  return {
    color: mark ? undefined : color,
    fontWeight: bold ? 600 : undefined,
    opacity: dim ? 0.75 : undefined,
    fontStyle: italic ? 'italic' : undefined,
    textDecoration: underline ? 'underline' : undefined,
  };
}

function HoleWords({ row, fill }: { row: Row; fill(): void }) {
  const size = bytes(row.bytes);
  if (row.hole === 'lost')
    return <span className="font-sans text-busy">{size} lost: they could not be written (disk full?)</span>;
  if (row.hole === 'gone') return <span className="font-sans text-busy">{size} skipped: rotated away</span>;
  return (
    <span className="flex items-center gap-2 font-sans text-busy">
      {size} skipped
      <Button size="small" variant="ghost" className="h-[18px] pointer-coarse:h-[18px]" onClick={fill}>
        Load
      </Button>
    </span>
  );
}
