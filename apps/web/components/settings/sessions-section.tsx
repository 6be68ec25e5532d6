import type { AccessSession } from '@boxyard/api';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api, boxErrorOf } from '../../lib/api';
import { age, clock } from '../../lib/format';
import { useNow } from '../../lib/now';
import { queries } from '../../lib/queries';
import { toast, toastError } from '../../lib/toasts';
import { browserName } from '../../lib/user-agent';
import { Badge } from '../ui/badge';
import { Button } from '../ui/button';
import { ConfirmDialog } from '../ui/confirm-dialog';
import { ErrorState } from '../ui/error-state';
import { Skeleton } from '../ui/skeleton';
import { BODY, CELL, HEAD, HEAD_CELL, ROW, Section, TABLE } from './section';

const COLUMNS = [
  { title: 'Browser', className: 'w-[34%]' },
  { title: 'From', className: 'w-[18%]' },
  { title: 'Signed in', className: 'w-[24%]' },
  { title: 'Last seen', className: 'w-[14%]' },
];

/** Browsers that are signed in; each can be signed out from here, its open terminals and logs included. */
export function SessionsSection() {
  const { data: sessions, error, refetch } = useQuery(queries.sessions());
  const [asking, setAsking] = useState(false);
  const client = useQueryClient();
  if (error) return <ErrorState error={error} retry={() => void refetch()} />;
  const revokeOthers = async () => {
    const { revoked } = await api.access.revokeOthers.mutate();
    toast({ title: revoked === 1 ? '1 browser signed out' : `${revoked} browsers signed out`, tone: 'good' });
    await client.invalidateQueries({ queryKey: ['access', 'sessions'] });
  };
  return (
    <Section
      title="Signed-in browsers"
      about="A session ends 30 days after it began, or after 7 days without use."
      actions={
        <Button
          variant="danger"
          onClick={() => setAsking(true)}
          disabled={!sessions?.some(({ current }) => !current)}
        >
          Sign out all others…
        </Button>
      }
    >
      {sessions ? <SessionTable sessions={sessions} /> : <Skeleton className="h-32 w-full" />}
      <ConfirmDialog
        open={asking}
        onOpenChange={setAsking}
        title="Sign out all other browsers?"
        action="Sign out all others"
        danger
        onConfirm={revokeOthers}
      >
        Their open terminals and logs end at once. Boxes go on.
      </ConfirmDialog>
    </Section>
  );
}

function SessionTable({ sessions }: { sessions: readonly AccessSession[] }) {
  const now = useNow();
  return (
    <table className={TABLE}>
      <thead className={HEAD}>
        <tr>
          {COLUMNS.map(({ title, className }) => (
            <th key={title} scope="col" className={`${HEAD_CELL} ${className}`}>
              {title}
            </th>
          ))}
          <th scope="col" className={HEAD_CELL}>
            <span className="sr-only">Actions</span>
          </th>
        </tr>
      </thead>
      <tbody className={BODY}>
        {sessions.map((session) => (
          <SessionRow key={session.id} session={session} now={now} />
        ))}
      </tbody>
    </table>
  );
}

function SessionRow({ session, now }: { session: AccessSession; now: number }) {
  const { id, current, userAgent, address, by, createdAt, lastSeenAt, expiresAt } = session;
  const client = useQueryClient();
  const [busy, setBusy] = useState(false);
  const revoke = async () => {
    setBusy(true);
    try {
      await api.access.revoke.mutate({ session: id });
      toast({ title: `${browserName(userAgent)} signed out`, tone: 'good' });
    } catch (error) {
      toastError(boxErrorOf(error));
    } finally {
      setBusy(false);
      void client.invalidateQueries({ queryKey: ['access', 'sessions'] });
    }
  };
  return (
    <tr className={ROW}>
      <td className={`${CELL} font-medium`} title={userAgent}>
        <span className="flex items-center gap-2">
          <span className="truncate">{browserName(userAgent)}</span>
          {current && <Badge tone="accent">this browser</Badge>}
        </span>
      </td>
      <td className={`${CELL} max-sm:text-right`}>{address || 'unknown'}</td>
      <td className={CELL} title={`Ends ${clock(expiresAt, now)}`}>
        <span className="sm:hidden">signed in </span>
        {age(createdAt, now)} ago, by {by}
      </td>
      <td className={`${CELL} max-sm:text-right`}>
        <span className="sm:hidden">seen </span>
        {current ? 'now' : `${age(lastSeenAt, now)} ago`}
      </td>
      <td className={`${CELL} text-right max-sm:pt-1.5 max-sm:text-left`}>
        {!current && (
          <Button
            size="small"
            busy={busy}
            onClick={() => void revoke()}
            aria-label={`Sign out ${browserName(userAgent)} from ${address}`}
          >
            Sign out
          </Button>
        )}
      </td>
    </tr>
  );
}
