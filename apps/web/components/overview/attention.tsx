import { useQuery } from '@tanstack/react-query';
import Link from 'next/link';
import { useEvents, useYard } from '../../lib/connection';
import { age, clock } from '../../lib/format';
import { useNow } from '../../lib/now';
import { queries } from '../../lib/queries';
import { useHostStats } from '../../lib/stats';
import { findTrouble, type Trouble } from '../../lib/trouble';
import { WarningIcon } from '../ui/icons';
import { Skeleton } from '../ui/skeleton';
import { ShapeMark } from '../ui/status-mark';
import { Card } from './card';

/** A page of it; the rest are one link away. */
const SHOWN = 8;

/** What somebody should look at, the worst first. */
export function Attention({ className }: { className?: string }) {
  const { containers } = useYard();
  const events = useEvents();
  const host = useHostStats();
  const checks = useQuery(queries.doctor()).data?.checks ?? [];
  const now = useNow();
  const trouble =
    containers && findTrouble({ containers: [...containers.values()], events, host, checks, now });
  const more = (trouble?.length ?? 0) - SHOWN;
  return (
    <Card title="Needs attention" {...(className ? { className } : {})}>
      {!trouble && (
        <div className="flex flex-col gap-3 p-4">
          <Skeleton className="h-5 w-2/3" />
          <Skeleton className="h-5 w-1/2" />
        </div>
      )}
      {trouble?.length === 0 && (
        <p className="flex items-center gap-2 px-4 pt-1 pb-4 text-good">
          <ShapeMark shape="●" />
          Nothing: every box does what it should.
        </p>
      )}
      {trouble && trouble.length > 0 && (
        <ul className="pb-2">
          {trouble.slice(0, SHOWN).map((each) => (
            <TroubleRow key={each.key} trouble={each} now={now} />
          ))}
        </ul>
      )}
      {more > 0 && (
        <Link
          href="/containers/?state=failed"
          className="px-4 pb-3 text-accent text-xs hover:underline pointer-coarse:py-3"
        >
          {more} more
        </Link>
      )}
    </Card>
  );
}

function TroubleRow({ trouble, now }: { trouble: Trouble; now: number }) {
  const { title, why, tone, at, container } = trouble;
  const href = container ? `/containers/view/?id=${container.id}&tab=logs` : trouble.href;
  const heading = <span className="font-medium">{title}</span>;
  return (
    <li className="flex gap-2.5 px-4 py-1.5">
      <WarningIcon className={`mt-0.5 ${tone === 'bad' ? 'text-bad' : 'text-busy'}`} />
      <div className="min-w-0 flex-1">
        <div className="flex items-baseline gap-3">
          <span className="min-w-0 flex-1 break-words">
            {href ? (
              <Link href={href} className="hover:underline pointer-coarse:py-3">
                {heading}
              </Link>
            ) : (
              heading
            )}
          </span>
          {at && (
            <time dateTime={at} title={clock(at, now)} className="shrink-0 text-quiet text-xs">
              {age(at, now)}
            </time>
          )}
        </div>
        <p className="line-clamp-2 break-words text-quiet text-xs">{why}</p>
      </div>
    </li>
  );
}
