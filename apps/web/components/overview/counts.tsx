import { isAlive } from '@boxyard/spec';
import Link from 'next/link';
import { useYard } from '../../lib/connection';
import { statusOf } from '../../lib/status';
import { Skeleton } from '../ui/skeleton';
import { ShapeMark } from '../ui/status-mark';

/** How many boxes there are, by how they are; each leads to those. */
export function Counts() {
  const { containers } = useYard();
  const counts = { running: 0, failed: 0, stopped: 0 };
  for (const container of containers?.values() ?? []) {
    if (isAlive(container.state)) counts.running++;
    else if (statusOf(container).tone === 'bad') counts.failed++;
    else counts.stopped++;
  }
  const rows = [
    { key: 'running', shape: '●', tone: 'text-good', words: 'running' },
    { key: 'failed', shape: '✕', tone: counts.failed > 0 ? 'text-bad' : 'text-quiet', words: 'failed' },
    { key: 'stopped', shape: '○', tone: 'text-quiet', words: 'stopped' },
  ] as const;
  return (
    <ul aria-label="Boxes" className="flex flex-wrap items-center gap-x-4 gap-y-1">
      {rows.map(({ key, shape, tone, words }) => (
        <li key={key}>
          <Link
            href={`/containers/?state=${key}`}
            className="inline-flex items-center gap-1.5 hover:underline pointer-coarse:min-h-11"
          >
            <span className={tone}>
              <ShapeMark shape={shape} />
            </span>
            {containers ? counts[key] : <Skeleton className="h-4 w-4" />} {words}
          </Link>
        </li>
      ))}
    </ul>
  );
}
