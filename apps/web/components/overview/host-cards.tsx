import { bytes, percent } from '../../lib/format';
import { useHostStats, useWatch } from '../../lib/stats';
import type { Tone } from '../../lib/status';
import { Skeleton } from '../ui/skeleton';
import { Sparkline } from '../ui/sparkline';
import { Card } from './card';
import { type Trend, useHostTrend } from './host-trend';

interface Figure {
  title: string;
  /** Undefined while it is not known. */
  figure: string | undefined;
  /** What the figure is of. */
  of: string;
  values: readonly (number | null)[] | undefined;
  max: number | undefined;
  tone: Tone | 'accent';
}

/** From here on a figure is coloured. */
const HIGH = 0.85;
const FULL = 0.95;
const toneOf = (share: number): Tone | 'accent' => (share > FULL ? 'bad' : share > HIGH ? 'busy' : 'accent');
/** A scale that makes little pressure look like little. */
const PRESSURE_SCALE = 20;

/** CPU, memory, disk and pressure of the host: now, and over the last half hour. */
export function HostCards() {
  useWatch(HOST);
  const host = useHostStats();
  const trend = useHostTrend(host);
  const share = (part: number, whole: number) => (whole > 0 ? part / whole : 0);
  const [cpu, memory, disk] = host
    ? [share(host.cpu, host.cpus), share(host.memory, host.memoryTotal), share(host.disk, host.diskTotal)]
    : [0, 0, 0];
  const figures: Figure[] = [
    {
      title: 'CPU',
      figure: host && percent(cpu),
      of: host ? `of ${host.cpus} CPUs, load ${host.load[0].toFixed(2)}` : '',
      values: trend?.cpu,
      max: host?.cpus,
      tone: toneOf(cpu),
    },
    {
      title: 'Memory',
      figure: host && percent(memory),
      of: host ? `${bytes(host.memory)} of ${bytes(host.memoryTotal)}${swapOf(host)}` : '',
      values: trend?.memory,
      max: host?.memoryTotal,
      tone: toneOf(memory),
    },
    {
      title: 'Disk',
      figure: host && percent(disk),
      of: host ? `${bytes(host.diskTotal - host.disk)} free` : '',
      values: trend?.disk,
      max: host?.diskTotal,
      tone: toneOf(disk),
    },
    pressureOf(host, trend),
  ];
  return (
    <div className="grid grid-cols-2 gap-3 xl:grid-cols-4">
      {figures.map((figure) => (
        <HostCard key={figure.title} {...figure} />
      ))}
    </div>
  );
}

const HOST = { host: true };

type Host = ReturnType<typeof useHostStats>;

function swapOf({ swap, swapTotal }: NonNullable<Host>): string {
  return swapTotal > 0 && swap > 0 ? `, ${bytes(swap)} swapped` : '';
}

/** The worst of the three, and which it is. */
function pressureOf(host: Host, trend: Trend | undefined): Figure {
  const waits = host
    ? ([
        ['for a CPU', host.cpuPressure, trend?.cpuPressure],
        ['for memory', host.memoryPressure, trend?.memoryPressure],
        ['for a disk', host.ioPressure, trend?.ioPressure],
      ] as const)
    : [];
  const [worst] = waits.filter(([, value]) => value !== null).toSorted((a, b) => (b[1] ?? 0) - (a[1] ?? 0));
  const value = worst?.[1] ?? null;
  const values = worst?.[2];
  return {
    title: 'Pressure',
    figure: host && (value === null ? '–' : percent(value / 100)),
    of: !host
      ? ''
      : value === null
        ? 'this kernel does not tell'
        : value < 1
          ? 'nobody has to wait'
          : `waiting ${worst?.[0]}`,
    values,
    max: Math.max(PRESSURE_SCALE, ...(values ?? []).map((each) => each ?? 0)),
    tone: value !== null && value > 50 ? 'bad' : value !== null && value > 20 ? 'busy' : 'accent',
  };
}

function HostCard({ title, figure, of, values, max, tone }: Figure) {
  return (
    <Card title={title}>
      <div className="flex items-end gap-3 px-4 pb-3 max-sm:flex-col max-sm:items-stretch max-sm:gap-2">
        <div className="min-w-0 flex-1">
          <p className="h-8 font-semibold text-2xl leading-8">
            {figure ?? <Skeleton className="h-6 w-16" />}
          </p>
          <p className="h-5 truncate text-quiet text-xs" title={of}>
            {of}
          </p>
        </div>
        <div className="h-10 w-2/5 max-w-32 shrink-0 max-sm:h-8 max-sm:w-full max-sm:max-w-none">
          {values && values.length > 1 && (
            <Sparkline
              values={values}
              max={max}
              tone={tone}
              label={`${title} over the last ${minutes(values.length)}, now ${figure ?? 'unknown'}`}
              className="h-full w-full"
            />
          )}
        </div>
      </div>
    </Card>
  );
}

function minutes(samples: number): string {
  const count = Math.max(1, Math.round(samples / 6));
  return count === 1 ? 'minute' : `${count} minutes`;
}
