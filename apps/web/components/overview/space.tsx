import type { DiskView } from '@boxyard/api';
import { useQuery } from '@tanstack/react-query';
import Link from 'next/link';
import { bytes } from '../../lib/format';
import { queries } from '../../lib/queries';
import { buttonClass } from '../ui/button';
import { ErrorState } from '../ui/error-state';
import { Meter } from '../ui/meter';
import { Skeleton } from '../ui/skeleton';
import { Card } from './card';

const KINDS = [
  { kind: 'images', label: 'Images' },
  { kind: 'containers', label: 'Boxes' },
  { kind: 'volumes', label: 'Volumes' },
] as const;

/** What the disk is used for, as `box df` says it, and what could be had back. */
export function Space() {
  const { data: disk, error, refetch } = useQuery(queries.disk());
  return (
    <Card title="Space" more={{ href: '/images/', label: 'All images' }}>
      <div className="flex flex-col gap-3 px-4 pb-4">
        {error && !disk && <ErrorState error={error} retry={() => void refetch()} compact />}
        {!disk && !error && <Skeleton className="h-28" />}
        {disk && <Kinds disk={disk} />}
        {disk && <Reclaimable bytes={disk.images.reclaimable} />}
      </div>
    </Card>
  );
}

function Kinds({ disk }: { disk: DiskView }) {
  const total = KINDS.reduce((sum, { kind }) => sum + disk[kind].bytes, disk.other.bytes);
  return (
    <table className="w-full text-left">
      <caption className="sr-only">Space by kind</caption>
      <thead className="text-quiet text-xs">
        <tr>
          <th scope="col" className="h-6 font-medium">
            Kind
          </th>
          <th scope="col" className="text-right font-medium">
            Size
          </th>
          <th scope="col" className="w-[38%] pl-4 font-medium">
            In use
          </th>
        </tr>
      </thead>
      <tbody>
        {KINDS.map(({ kind, label }) => {
          const { total: count, active, bytes: size, reclaimable } = disk[kind];
          return (
            <tr key={kind}>
              <th scope="row" className="h-6 font-normal">
                {label} <span className="text-quiet text-xs">{count}</span>
              </th>
              <td className="whitespace-nowrap text-right">{bytes(size)}</td>
              <td className="pl-4">
                {size > 0 ? (
                  <Meter
                    value={size - reclaimable}
                    max={size}
                    label={`${label}: ${active} of ${count} in use, ${bytes(reclaimable)} of ${bytes(size)} can be had back`}
                  />
                ) : (
                  <span className="text-quiet text-xs">nothing</span>
                )}
              </td>
            </tr>
          );
        })}
        <tr className="text-quiet">
          <th scope="row" className="h-6 font-normal">
            Other
          </th>
          <td className="whitespace-nowrap text-right">{bytes(disk.other.bytes)}</td>
          <td />
        </tr>
        <tr className="border-line border-t">
          <th scope="row" className="h-7 font-medium">
            Together
          </th>
          <td className="whitespace-nowrap text-right font-medium">{bytes(total)}</td>
          <td />
        </tr>
      </tbody>
    </table>
  );
}

function Reclaimable({ bytes: size }: { bytes: number }) {
  if (size === 0) return <p className="text-quiet text-xs">Every image is used by a box.</p>;
  return (
    <p className="flex flex-wrap items-center gap-x-3 gap-y-2">
      <span className="min-w-0 flex-1 text-quiet text-xs">
        {bytes(size)} of images that no box uses can be had back.
      </span>
      <Link href="/images/?show=prune" prefetch={false} className={buttonClass('plain', 'small')}>
        Clean up…
      </Link>
    </p>
  );
}
