import type { EventView } from '@boxyard/api';
import { parseAsString, useQueryStates } from 'nuqs';
import { useState } from 'react';
import { useYard } from '../../lib/connection';
import { useKeys } from '../../lib/keys';
import { useNow } from '../../lib/now';
import { Page } from '../shell/page';
import { Button } from '../ui/button';
import { EmptyState } from '../ui/empty-state';
import { ErrorState } from '../ui/error-state';
import { PauseIcon, PlayIcon } from '../ui/icons';
import { Input } from '../ui/input';
import { Skeleton } from '../ui/skeleton';
import { EventChoices } from './event-choices';
import { EventTable } from './event-table';
import { useEventList } from './use-event-list';

const text = parseAsString.withDefault('');
const PARSERS = { type: text, action: text, q: text };
const SECOND_MS = 1_000;
/** Everything that happened, as it happens. */
export function EventsPage() {
  const [{ type, action, q }, setFilter] = useQueryStates(PARSERS);
  const { events, stored } = useEventList({ type, action, text: q });
  const { connection } = useYard();
  /** Events after this sequence are not shown; null: live. */
  const [pausedAt, setPausedAt] = useState<number | null>(null);
  const now = useNow(SECOND_MS);
  const shown = pausedAt === null ? events : events.filter(({ sequence }) => sequence <= pausedAt);
  const waiting = events.length - shown.length;
  const paused = pausedAt !== null;
  const pause = () => setPausedAt(paused ? null : (events[0]?.sequence ?? 0));
  useKeys({ p: { label: 'Pause or go on', run: pause } }, { group: 'Events' });
  const filtering = type !== '' || action !== '' || q !== '';

  return (
    <Page
      title="Events"
      actions={
        <Button onClick={pause} aria-pressed={paused}>
          {paused ? <PlayIcon /> : <PauseIcon />}
          {paused ? 'Go on' : 'Pause'}
        </Button>
      }
      toolbar={
        <div className="flex flex-wrap items-center gap-2">
          <Input
            type="search"
            aria-label="Filter by name"
            placeholder="Name or id"
            value={q}
            onChange={(event) => void setFilter({ q: event.currentTarget.value || null })}
            className="sm:max-w-56"
          />
          <EventChoices type={type} action={action} onChange={(change) => void setFilter(change)} />
          <State paused={paused} waiting={waiting} live={connection.status === 'open'} go={pause} />
        </div>
      }
    >
      {stored.error && events.length === 0 ? (
        <ErrorState error={stored.error} retry={() => void stored.refetch()} />
      ) : stored.isPending && events.length === 0 ? (
        <div className="flex flex-col gap-3 p-4">
          <Skeleton className="h-5 w-1/2" />
          <Skeleton className="h-5 w-2/3" />
        </div>
      ) : shown.length === 0 ? (
        <Nothing
          filtering={filtering}
          clear={() => void setFilter({ type: null, action: null, q: null })}
          older={<Older stored={stored} />}
        />
      ) : (
        <EventTable events={shown} now={now} footer={<Older stored={stored} first={shown.at(-1)} />} />
      )}
    </Page>
  );
}

interface StateProps {
  paused: boolean;
  /** New ones that are held back. */
  waiting: number;
  live: boolean;
  go: () => void;
}

function State({ paused, waiting, live, go }: StateProps) {
  return (
    <span role="status" className="ml-auto text-quiet text-xs">
      {!paused && (live ? 'New ones appear at the top' : 'Not live now')}
      {paused && waiting === 0 && 'Paused'}
      {paused && waiting > 0 && (
        <button
          type="button"
          onClick={go}
          className="rounded-full bg-accent px-3 py-0.5 font-medium text-on-accent hover:bg-accent-hover pointer-coarse:h-11"
        >
          {waiting} new, show
        </button>
      )}
    </span>
  );
}

interface OlderProps {
  stored: ReturnType<typeof useEventList>['stored'];
  first?: EventView | undefined;
}

function Older({ stored, first }: OlderProps) {
  if (!stored.hasNextPage) {
    return first ? (
      <p className="py-4 text-center text-quiet text-xs">
        The beginning: the agent keeps the last 10,000 events.
      </p>
    ) : null;
  }
  return (
    <div className="flex justify-center py-4">
      <Button busy={stored.isFetchingNextPage} onClick={() => void stored.fetchNextPage()}>
        Load older
      </Button>
    </div>
  );
}

function Nothing({
  filtering,
  clear,
  older,
}: {
  filtering: boolean;
  clear: () => void;
  older: React.ReactNode;
}) {
  if (!filtering) {
    return (
      <EmptyState title="Nothing has happened yet" command="box events --since 1h">
        When a box starts, ends or is removed, it stands here at once.
      </EmptyState>
    );
  }
  return (
    <>
      <EmptyState title="No event is like that" action={<Button onClick={clear}>Show all</Button>}>
        Those that come will appear here.
      </EmptyState>
      {older}
    </>
  );
}
