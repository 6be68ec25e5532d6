'use client';
import type { ContainerView, StatsHistory, StatsStep } from '@boxyard/api';
import { isAlive } from '@boxyard/spec';
import { useQuery } from '@tanstack/react-query';
import { parseAsStringLiteral, useQueryState } from 'nuqs';
import { bytes, cpus, rate } from '../../../lib/format';
import { queries } from '../../../lib/queries';
import { useWatch } from '../../../lib/stats';
import { Segments } from '../../ui/segments';
import { TimeChart, type TimeChartProps } from '../../ui/time-chart';
import { Answer } from './answer';

const RANGES = {
  '10m': { step: 1, label: '10 minutes' },
  '2h': { step: 10, label: '2 hours' },
  '24h': { step: 60, label: '24 hours' },
} as const satisfies Record<string, { step: StatsStep; label: string }>;
type Range = keyof typeof RANGES;
const RANGE_NAMES = Object.keys(RANGES) as Range[];

/** The feed brings no pressures, and a line that moves every 3 s is live enough to watch. */
const FASTEST_REFRESH_MS = 3_000;
const KIB = 1024;
const MIB = 1024 * KIB;

/** What the box used over time, from the agent's rings. */
export default function StatsTab({ container: { id, state } }: { container: ContainerView }) {
  const [range, setRange] = useQueryState('range', parseAsStringLiteral(RANGE_NAMES).withDefault('10m'));
  const { step } = RANGES[range];
  const alive = isAlive(state);
  useWatch({ containers: alive ? [id] : [] });
  const query = useQuery({
    ...queries.statsHistory(id, step),
    refetchInterval: alive && Math.max(step * 1000, FASTEST_REFRESH_MS),
  });
  return (
    <div className="h-full overflow-y-auto p-4">
      <div className="mb-3">
        <Segments
          label="Time span"
          values={RANGE_NAMES}
          value={range}
          onChange={(next) => void setRange(next)}
        >
          {(name) => RANGES[name].label}
        </Segments>
      </div>
      {!alive && <p className="mb-3 text-quiet">It does not run: this is what it used before.</p>}
      <Answer query={query} lines={8}>
        {(history) => <Charts history={history} />}
      </Answer>
    </div>
  );
}

const whole = (value: number) => String(Math.round(value));
const share = (value: number) => `${value < 10 ? value.toFixed(1) : Math.round(value)}%`;

function Charts({ history }: { history: StatsHistory }) {
  const { step, until } = history;
  const chart = (props: Pick<TimeChartProps, 'title' | 'series' | 'format' | 'atLeast' | 'base'>) => (
    <TimeChart key={props.title} step={step} until={until} cursor="container-stats" {...props} />
  );
  return (
    <div className="grid gap-3 xl:grid-cols-2">
      {chart({
        title: 'CPU (100% is one CPU)',
        series: [{ label: 'CPU', values: history.cpu }],
        format: cpus,
        atLeast: 0.1,
      })}
      {chart({
        title: 'Memory',
        series: [{ label: 'Memory', values: history.memory }],
        format: bytes,
        atLeast: 4 * MIB,
        base: 2,
      })}
      {chart({
        title: 'Disk',
        series: [
          { label: 'Read', values: history.read },
          { label: 'Written', values: history.write },
        ],
        format: rate,
        atLeast: 64 * KIB,
        base: 2,
      })}
      {chart({
        title: 'Processes',
        series: [{ label: 'Processes', values: history.processes }],
        format: whole,
        atLeast: 4,
      })}
      {chart({
        title: 'Pressure: time in which something had to wait',
        series: [
          { label: 'CPU', values: history.cpuPressure },
          { label: 'Memory', values: history.memoryPressure },
          { label: 'Disk', values: history.ioPressure },
        ],
        format: share,
        atLeast: 5,
      })}
    </div>
  );
}
