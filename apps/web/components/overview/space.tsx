import { useQuery } from '@tanstack/react-query';
import Link from 'next/link';
import { bytes } from '../../lib/format';
import { queries } from '../../lib/queries';
import { ErrorState } from '../ui/error-state';
import { Meter } from '../ui/meter';
import { Skeleton } from '../ui/skeleton';
import { Card } from './card';

/** What images take, and what could be had back. */
export function Space() {
  const { data: images, error, refetch } = useQuery(queries.images());
  const total = images?.reduce((sum, { size }) => sum + size, 0) ?? 0;
  const unused = images?.filter(({ containers }) => containers === 0) ?? [];
  const reclaimable = unused.reduce((sum, { size }) => sum + size, 0);
  return (
    <Card title="Images" more={{ href: '/images/', label: 'All images' }}>
      <div className="flex flex-col gap-2 px-4 pb-4">
        {error && !images && <ErrorState error={error} retry={() => void refetch()} compact />}
        {!images && !error && <Skeleton className="h-12" />}
        {images?.length === 0 && <p className="text-quiet">No images yet.</p>}
        {images && images.length > 0 && (
          <>
            <p>
              {images.length} {images.length === 1 ? 'image' : 'images'}, {bytes(total)}
            </p>
            <Meter
              value={total - reclaimable}
              max={total}
              label={`${bytes(total - reclaimable)} of ${bytes(total)} in use`}
            />
            {unused.length === 0 ? (
              <p className="text-quiet text-xs">Every image is used by a box.</p>
            ) : (
              <p className="text-quiet text-xs">
                Up to {bytes(reclaimable)} can be had back:{' '}
                <Link href="/images/?unused=true" className="text-accent underline">
                  {unused.length} {unused.length === 1 ? 'image' : 'images'} that no box uses
                </Link>
              </p>
            )}
          </>
        )}
      </div>
    </Card>
  );
}
