import type { ContainerView } from '@boxyard/api';
import { humanizeAge, humanizeDuration, isAlive } from '@boxyard/spec';
import Link from 'next/link';
import type { ReactNode } from 'react';
import type { ColumnId } from '../../lib/containers/columns';
import { containerHref, shortId } from '../../lib/containers/links';
import { bytes, cpus } from '../../lib/format';
import { useLiveStats } from '../../lib/stats';
import { statusOf } from '../../lib/status';
import { Sparkline } from '../ui/sparkline';
import { ShapeMark, TONE_TEXT } from '../ui/status-mark';

interface CellProps {
  container: ContainerView;
  now: number;
  /** Only the row that has the tab stop lets Tab into it. */
  reachable: boolean;
}

/** A line reaches the top at one whole CPU, so that idle noise stays low. */
const SPARK_CPUS = 1;

/** What stands in each column. */
export const CELLS: Record<ColumnId, (props: CellProps) => ReactNode> = {
  status: ({ container }) => <RowStatus container={container} />,
  name: ({ container: { id, name }, reachable }) => (
    <Link
      href={containerHref(id)}
      prefetch={false}
      tabIndex={reachable ? 0 : -1}
      title={name}
      className="block truncate font-medium text-ink hover:text-accent hover:underline"
    >
      <bdi>{name}</bdi>
    </Link>
  ),
  image: ({ container: { image } }) => <Clipped text={image} />,
  command: ({ container: { command } }) => <Clipped text={command.join(' ')} mono />,
  cpu: ({ container }) => <Cpu container={container} />,
  memory: ({ container }) => <Memory container={container} />,
  network: ({ container: { network } }) => <Clipped text={network} />,
  since: ({ container, now }) => <span className="truncate text-quiet">{sinceInWords(container, now)}</span>,
  id: ({ container: { id } }) => <Clipped text={shortId(id)} mono />,
  created: ({ container: { createdAt }, now }) => (
    <time dateTime={createdAt} title={createdAt} className="truncate text-quiet">
      {humanizeAge(createdAt, now)}
    </time>
  ),
  pid: ({ container: { pid } }) => <span className="text-quiet">{pid ?? '–'}</span>,
};

/** The mark without a tab stop and a tooltip of its own: the row is read as a whole, and a thousand scroll by. */
function RowStatus({ container }: { container: ContainerView }) {
  const { shape, word, tone, why } = statusOf(container);
  return (
    <span title={why} className={`inline-flex min-w-0 items-center gap-1.5 ${TONE_TEXT[tone]}`}>
      <ShapeMark shape={shape} />
      <span className="truncate">{word}</span>
    </span>
  );
}

/** `5 minutes` while it runs, `2 hours ago` after it ended. */
export function sinceInWords({ state, startedAt, finishedAt }: ContainerView, now: number): string {
  if (isAlive(state)) return startedAt ? humanizeDuration(Math.max(0, now - Date.parse(startedAt))) : '–';
  return finishedAt ? humanizeAge(finishedAt, now) : 'never ran';
}

/** Text of a box or its image: one line, isolated, so that right-to-left or endless words change nothing around them. */
export function Clipped({ text, mono = false }: { text: string; mono?: boolean }) {
  return (
    <span
      title={text.slice(0, TITLE_CHARACTERS)}
      className={`truncate text-quiet ${mono ? 'font-mono text-mono' : ''}`}
    >
      <bdi>{text.slice(0, SHOWN_CHARACTERS)}</bdi>
    </span>
  );
}
/** More than any column shows: layout of a 100 kB command would cost milliseconds a row. */
const SHOWN_CHARACTERS = 300;
/** What a tooltip of the browser still shows. */
const TITLE_CHARACTERS = 1000;

function Cpu({ container: { id, name, state } }: { container: ContainerView }) {
  const stats = useLiveStats(id);
  if (!isAlive(state) || !stats) return <span className="text-quiet">–</span>;
  return (
    <>
      <Sparkline
        values={stats.history.cpu}
        max={Math.max(SPARK_CPUS, ...stats.history.cpu)}
        label={`CPU of ${name} over the last minute`}
        className="h-4 w-14"
      />
      <span className="w-12 text-right">{cpus(stats.cpu)}</span>
    </>
  );
}

function Memory({ container: { id, state } }: { container: ContainerView }) {
  const stats = useLiveStats(id);
  return (
    <span className={isAlive(state) && stats ? '' : 'text-quiet'}>
      {isAlive(state) && stats ? bytes(stats.memory) : '–'}
    </span>
  );
}
