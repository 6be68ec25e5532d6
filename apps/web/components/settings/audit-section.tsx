import type { AuditView } from '@boxyard/api';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { clock } from '../../lib/format';
import { queries } from '../../lib/queries';
import { Badge } from '../ui/badge';
import { Button } from '../ui/button';
import { EmptyState } from '../ui/empty-state';
import { ErrorState } from '../ui/error-state';
import { Skeleton } from '../ui/skeleton';
import { BODY, CELL, HEAD, HEAD_CELL, ROW, Section, TABLE } from './section';

const COLUMNS = [
  { title: 'Time', className: 'w-[18%]' },
  { title: 'Who', className: 'w-[18%]' },
  { title: 'Asked for', className: 'w-[22%]' },
  { title: 'About', className: '' },
  { title: 'Outcome', className: 'w-[16%]' },
];

/** Every change that was asked for: by whom, about what, and whether it was made. */
export function AuditSection() {
  const { data, error, refetch, hasNextPage, fetchNextPage, isFetching } = useInfiniteQuery(queries.audit());
  const { data: sessions } = useQuery(queries.sessions());
  const own = sessions?.find(({ current }) => current)?.id;
  const entries = data?.pages.flat();
  if (error) return <ErrorState error={error} retry={() => void refetch()} />;
  return (
    <Section
      title="Audit"
      about="Changes that were asked for by people and programs, newest first. The last 10,000 are kept. What boxes do by themselves is under Events."
      actions={
        <Button onClick={() => void refetch()} busy={isFetching}>
          Look again
        </Button>
      }
    >
      {entries ? <AuditTable entries={entries} own={own} /> : <Skeleton className="h-64 w-full" />}
      {hasNextPage && (
        <Button className="self-center" onClick={() => void fetchNextPage()} busy={isFetching}>
          Load older
        </Button>
      )}
    </Section>
  );
}

function AuditTable({ entries, own }: { entries: readonly AuditView[]; own: string | undefined }) {
  if (entries.length === 0)
    return (
      <EmptyState title="Nothing was asked for yet">Starting a box would be the first entry.</EmptyState>
    );
  return (
    <table className={TABLE}>
      <thead className={HEAD}>
        <tr>
          {COLUMNS.map(({ title, className }) => (
            <th key={title} scope="col" className={`${HEAD_CELL} ${className}`}>
              {title}
            </th>
          ))}
        </tr>
      </thead>
      <tbody className={BODY}>
        {entries.map(({ sequence, time, who, procedure, subject, error }) => (
          <tr key={sequence} className={ROW}>
            <td className={`${CELL} text-quiet max-sm:order-4 max-sm:text-right`} title={time}>
              {clock(time)}
            </td>
            <td className={`${CELL} max-sm:order-3`}>{nameOf(who, own)}</td>
            <td className={`${CELL} font-mono text-mono max-sm:order-1`}>{procedure}</td>
            <td
              className={`${CELL} font-mono text-mono max-sm:order-5 max-sm:col-span-2 max-sm:whitespace-normal max-sm:break-words max-sm:empty:hidden`}
              title={subject}
            >
              {subject}
            </td>
            <td className={`${CELL} max-sm:order-2`}>
              <span className="flex max-sm:justify-end">
                <Badge tone={error ? 'bad' : 'good'}>{error ?? 'done'}</Badge>
              </span>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function nameOf(who: string, own: string | undefined): string {
  if (who === 'local') return 'command line';
  if (who === own) return 'this browser';
  return who === 'nobody' ? 'nobody' : `browser ${who}`;
}
