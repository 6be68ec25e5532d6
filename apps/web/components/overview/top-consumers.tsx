import Link from 'next/link';
import { parseAsStringLiteral, useQueryState } from 'nuqs';
import { useYard } from '../../lib/connection';
import { bytes, cpus } from '../../lib/format';
import { type LiveStats, useAllLiveStats, useHostStats, useWatch } from '../../lib/stats';
import { buttonClass } from '../ui/button';
import { EmptyState } from '../ui/empty-state';
import { Skeleton } from '../ui/skeleton';
import { Sparkline } from '../ui/sparkline';
import { Card } from './card';

const SHOWN = 6;
const MEASURES = ['cpu', 'memory'] as const;
const ALL = { containers: 'all' } as const;

/** The boxes that use most, now. */
export function TopConsumers() {
  useWatch(ALL);
  const { containers } = useYard();
  const host = useHostStats();
  const stats = useAllLiveStats();
  const [by, setBy] = useQueryState('top', parseAsStringLiteral(MEASURES).withDefault('cpu'));
  const rows = [...stats]
    .toSorted(([, a], [, b]) => b[by] - a[by])
    .flatMap(([id, live]) => ({ id, live, name: containers?.get(id)?.name }))
    .filter(({ name }) => name !== undefined)
    .slice(0, SHOWN);
  const running = containers && [...containers.values()].some(({ state }) => state === 'running');
  return (
    <Card title="Busiest boxes">
      {containers?.size === 0 && (
        <EmptyState
          title="No boxes yet"
          command="box run -it --name hello busybox sh"
          action={
            <Link href="/containers/new/" className={buttonClass('primary')}>
              New box
            </Link>
          }
        >
          A box is a container: a program with its own files, processes and network.
        </EmptyState>
      )}
      {containers && containers.size > 0 && !running && (
        <p className="px-4 pt-1 pb-4 text-quiet">No box runs now.</p>
      )}
      {running && rows.length === 0 && (
        <div className="flex flex-col gap-3 p-4">
          <Skeleton />
          <Skeleton />
        </div>
      )}
      {rows.length > 0 && (
        <table className="mb-2 w-full table-fixed text-left">
          <thead className="text-quiet text-xs">
            <tr>
              <th scope="col" className="h-7 pl-4 font-normal">
                Box
              </th>
              <th scope="col" className="w-24 px-2 font-normal">
                <span className="sr-only">Last minute</span>
              </th>
              <SortHeader
                label="CPU"
                chosen={by === 'cpu'}
                choose={() => void setBy('cpu')}
                className="w-20 px-2"
              />
              <SortHeader
                label="Memory"
                chosen={by === 'memory'}
                choose={() => void setBy('memory')}
                className="w-28 pr-4 pl-2"
              />
            </tr>
          </thead>
          <tbody>
            {rows.map(({ id, name, live }) => (
              <tr key={id}>
                <td className="h-row truncate pl-4">
                  <Link
                    href={`/containers/view/?id=${id}&tab=stats`}
                    className="hover:underline pointer-coarse:py-3"
                    title={name}
                  >
                    {name}
                  </Link>
                </td>
                <td className="px-2">
                  <Trend name={name ?? ''} by={by} live={live} top={by === 'cpu' ? host?.cpus : undefined} />
                </td>
                <td className={`px-2 text-right ${by === 'cpu' ? '' : 'text-quiet'}`}>{cpus(live.cpu)}</td>
                <td className={`pr-4 pl-2 text-right ${by === 'memory' ? '' : 'text-quiet'}`}>
                  {bytes(live.memory)}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </Card>
  );
}

interface SortHeaderProps {
  label: string;
  chosen: boolean;
  choose: () => void;
  className: string;
}

function SortHeader({ label, chosen, choose, className }: SortHeaderProps) {
  return (
    <th
      scope="col"
      aria-sort={chosen ? 'descending' : 'none'}
      className={`text-right font-normal ${className}`}
    >
      <button
        type="button"
        onClick={choose}
        className={`whitespace-nowrap hover:text-ink pointer-coarse:h-11 ${chosen ? 'font-medium text-ink' : ''}`}
      >
        {label}
        <span aria-hidden="true">{chosen ? ' ↓' : ''}</span>
      </button>
    </th>
  );
}

interface TrendProps {
  name: string;
  by: 'cpu' | 'memory';
  live: LiveStats;
  top: number | undefined;
}

/** A box that does little is a flat line: noise must not look like work. */
const CPU_SCALE_MIN = 0.1;

function Trend({ name, by, live, top }: TrendProps) {
  const figure = by === 'cpu' ? cpus(live.cpu) : bytes(live.memory);
  const most = Math.max(...live.history[by]);
  const max = by === 'cpu' ? Math.min(top ?? most, Math.max(CPU_SCALE_MIN, most)) : most;
  const label = `${by === 'cpu' ? 'CPU' : 'Memory'} of ${name}, now ${figure}`;
  return <Sparkline values={live.history[by]} max={max} label={label} />;
}
