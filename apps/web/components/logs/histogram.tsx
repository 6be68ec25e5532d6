import type { MouseEvent } from 'react';
import type { Histogram as Counts } from '../../lib/logs/histogram';
import type { Facet } from '../../lib/logs/line';
import { FACETS } from '../../lib/logs/query';
import type { Settings } from './settings';
import { timeOf } from './times';

const HEIGHT = 32;
const COLORS: Record<Facet, string> = {
  error: 'fill-bad',
  warn: 'fill-busy',
  info: 'fill-accent',
  debug: 'fill-edge-hover',
  other: 'fill-edge',
};

interface Props {
  histogram: Counts;
  times: Settings['ts'];
  onPick(time: number): void;
}

/** How the lines held lie in time, by level. A press goes to that time; the keyboard's way there is the time field. */
export function Histogram({ histogram: { from, to, counts, total }, times, onPick }: Props) {
  const stretches = counts.other.length;
  const sums = counts.other.map((_, at) => FACETS.reduce((sum, facet) => sum + (counts[facet][at] ?? 0), 0));
  const most = Math.max(...sums, 1);
  const pick = (event: MouseEvent<SVGSVGElement>) => {
    const { left, width } = event.currentTarget.getBoundingClientRect();
    const stretch = Math.floor(((event.clientX - left) / width) * stretches);
    onPick(from + ((to - from) * stretch) / stretches);
  };
  const zone = times === 'utc' ? 'utc' : 'local';
  const dated = new Date(from).toDateString() !== new Date().toDateString();
  const words = FACETS.map((facet) => [facet, counts[facet].reduce((sum, count) => sum + count, 0)] as const)
    .filter(([, count]) => count > 0)
    .map(([facet, count]) => `${count.toLocaleString('en')} ${facet}`);
  return (
    <figure className="flex shrink-0 items-end gap-3 border-line border-b px-3 pt-1.5 pb-1 text-label text-quiet">
      <span className="whitespace-nowrap max-sm:hidden">{timeOf(from, zone, dated)}</span>
      {/* biome-ignore lint/a11y/useKeyWithClickEvents: the time field does the same by keyboard */}
      <svg
        role="img"
        aria-label={`${total.toLocaleString('en')} lines by time: ${words.join(', ')}`}
        viewBox={`0 0 ${stretches} ${HEIGHT}`}
        preserveAspectRatio="none"
        onClick={pick}
        className="h-8 min-w-0 flex-1 cursor-pointer"
      >
        <title>{`${words.join(', ')}. Press to go there.`}</title>
        {FACETS.map((facet) => (
          <path key={facet} className={COLORS[facet]} d={barsOf(counts, facet, most)} />
        ))}
      </svg>
      <span className="whitespace-nowrap max-sm:hidden">{timeOf(to, zone, dated)}</span>
    </figure>
  );
}

/** All bars of a level as one path, each on top of those of the levels before. */
function barsOf(counts: Counts['counts'], facet: Facet, most: number): string {
  const below = FACETS.slice(0, FACETS.indexOf(facet));
  let path = '';
  for (const [at, count] of counts[facet].entries()) {
    if (count === 0) continue;
    const under = below.reduce((sum, other) => sum + (counts[other][at] ?? 0), 0);
    // The fewest still show.
    const height = Math.max(1, (count / most) * HEIGHT);
    const top = HEIGHT - (under / most) * HEIGHT - height;
    path += `M${at + 0.1} ${top.toFixed(2)}h.8v${height.toFixed(2)}h-.8z`;
  }
  return path;
}
