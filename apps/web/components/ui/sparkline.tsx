import type { Tone } from '../../lib/status';

const WIDTH = 96;
const HEIGHT = 24;
const STROKES: Record<Tone | 'accent', string> = {
  accent: 'text-accent',
  good: 'text-good',
  busy: 'text-busy',
  bad: 'text-bad',
  quiet: 'text-quiet',
};

interface SparklineProps {
  /** Oldest first; null where nothing was measured leaves a gap. */
  values: readonly (number | null)[];
  /** Top of the scale; without one the largest value. */
  max?: number | undefined;
  /** What it shows, with the latest figure: "CPU of api, now 12%". */
  label: string;
  tone?: keyof typeof STROKES | undefined;
  className?: string | undefined;
}

/** A line without axes, as large as its place; the figure stands beside it. */
export function Sparkline({ values, max, label, tone = 'accent', className = 'h-5 w-20' }: SparklineProps) {
  const most = max ?? Math.max(0, ...values.map((value) => value ?? 0));
  const top = Math.max(most, Number.MIN_VALUE);
  const runs = runsOf(values, top);
  return (
    <svg
      role="img"
      aria-label={label}
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      preserveAspectRatio="none"
      className={`block shrink-0 overflow-visible ${STROKES[tone]} ${className}`}
    >
      <path d={runs.map(areaOf).join('')} fill="currentColor" fillOpacity="0.14" />
      <path
        d={runs.map(lineOf).join('')}
        fill="none"
        stroke="currentColor"
        strokeWidth="1.25"
        strokeLinejoin="round"
        strokeLinecap="round"
        vectorEffect="non-scaling-stroke"
      />
    </svg>
  );
}

const lineOf = (points: readonly string[]): string =>
  `M${points.join('L')}${points.length === 1 ? 'h0.1' : ''}`;

const areaOf = (points: readonly string[]): string =>
  `M${points[0]?.split(' ')[0]} ${HEIGHT}L${points.join('L')}L${points.at(-1)?.split(' ')[0]} ${HEIGHT}Z`;

/** Points `x y` of each stretch without a gap. */
function runsOf(values: readonly (number | null)[], top: number): string[][] {
  const step = WIDTH / Math.max(1, values.length - 1);
  const runs: string[][] = [[]];
  values.forEach((value, index) => {
    if (value === null) {
      runs.push([]);
      return;
    }
    const height = HEIGHT - 1 - Math.min(1, value / top) * (HEIGHT - 2);
    runs.at(-1)?.push(`${(index * step).toFixed(1)} ${height.toFixed(1)}`);
  });
  return runs.filter((run) => run.length > 0);
}
