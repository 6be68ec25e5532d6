'use client';
import Link from 'next/link';
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { useDensity } from '../../lib/appearance';
import { useListAddress } from '../../lib/containers/address';
import { shortId } from '../../lib/containers/links';
import { usePreferences } from '../../lib/containers/preferences';
import {
  NOTHING_SELECTED,
  type Selection,
  selectRange,
  toggle,
  toggleAll,
} from '../../lib/containers/selection';
import { NARROW, useMedia } from '../../lib/media';
import { useNow } from '../../lib/now';
import { Page } from '../shell/page';
import { buttonClass } from '../ui/button';
import { PlusIcon } from '../ui/icons';
import { Skeleton } from '../ui/skeleton';
import { BulkBar } from './bulk-bar';
import { ContainerActions, usePerform } from './container-actions';
import { ContainerGrid } from './container-grid';
import { ContainerCards, NoBoxes, NothingFound, PeekPanel } from './lazy';
import { ListToolbar } from './list-toolbar';
import { useListKeys } from './use-list-keys';
import { useRows } from './use-rows';

/** All boxes: to find one, see how it is, and do something with it or with many. */
export function ContainersPage() {
  return (
    <ContainerActions>
      <ContainerList />
    </ContainerActions>
  );
}

const NEW_BOX = (
  <Link href="/containers/new/" className={buttonClass('primary')}>
    <PlusIcon /> New box
  </Link>
);

function ContainerList() {
  const address = useListAddress();
  const { filter, sorting, setPeek } = address;
  const { all, rows } = useRows(filter, sorting);
  const preferences = usePreferences();
  const density = useDensity();
  const perform = usePerform();
  const narrow = useMedia(NARROW);
  const now = useNow();
  const frame = useRef<HTMLDivElement>(null);
  const search = useRef<HTMLInputElement>(null);
  const [selection, setSelection] = useState<Selection>(NOTHING_SELECTED);
  const peeked = address.peek && !narrow ? rows.find(({ id }) => id.startsWith(address.peek)) : undefined;
  const [active, setActive] = useActive(
    useMemo(() => rows.map(({ id }) => id), [rows]),
    peeked?.id ?? null,
  );
  const order = useRef(rows);
  order.current = rows;

  const peeking = peeked !== undefined;
  const activate = useCallback(
    (id: string) => {
      setActive(id);
      if (peeking) setPeek(shortId(id));
    },
    [peeking, setActive, setPeek],
  );
  const tick = useCallback((id: string, range: boolean) => {
    const ids = () => order.current.map((container) => container.id);
    setSelection((before) => (range ? selectRange(before, id, ids()) : toggle(before, id)));
  }, []);
  const tickAll = () =>
    setSelection((before) =>
      toggleAll(
        before,
        rows.map(({ id }) => id),
      ),
    );
  const events = useMemo(() => ({ toggle: tick, activate, perform }), [tick, activate, perform]);
  const selected = rows.filter(({ id }) => selection.ids.has(id));
  const hidden = (all ?? []).filter(({ id }) => selection.ids.has(id)).length - selected.length;
  const clear = selected.length + hidden > 0 ? () => setSelection(NOTHING_SELECTED) : undefined;
  const keys = useListKeys({
    frame,
    search,
    rows,
    active,
    setActive: activate,
    toggle: tick,
    selectAll: tickAll,
    peeking,
    peek: (id) => setPeek(id ? shortId(id) : ''),
    clear,
    perform,
  });

  if (all?.length === 0) {
    return (
      <Page title="Boxes">
        <NoBoxes />
      </Page>
    );
  }
  return (
    <Page
      title="Boxes"
      actions={NEW_BOX}
      toolbar={
        all && (
          <ListToolbar
            containers={all}
            address={address}
            search={search}
            toList={keys.focusList}
            narrow={narrow}
          />
        )
      }
    >
      <div className="relative flex h-full min-h-0 border-line border-t">
        <div ref={frame} className="relative min-w-0 flex-1">
          {!all ? (
            <Loading />
          ) : rows.length === 0 ? (
            <NothingFound address={address} />
          ) : narrow ? (
            <ContainerCards containers={rows} selection={selection} events={events} now={now} />
          ) : (
            <ContainerGrid
              containers={rows}
              columns={preferences.columns}
              density={density}
              sorting={sorting}
              setSorting={address.setSorting}
              selection={selection}
              toggleAll={tickAll}
              active={active}
              peeked={peeked?.id ?? null}
              events={events}
              onKeyDown={keys.onKeyDown}
              now={now}
            />
          )}
          {clear && <BulkBar selected={selected} hidden={hidden} perform={perform} clear={clear} />}
        </div>
        {peeked && <PeekPanel container={peeked} now={now} perform={perform} close={() => setPeek('')} />}
      </div>
    </Page>
  );
}

/** The row in hand; when it goes away, the one that takes its place. */
function useActive(
  ids: readonly string[],
  initial: string | null,
): [string | null, (id: string | null) => void] {
  const [active, setActive] = useState<string | null>(null);
  const place = useRef(0);
  const current = active ?? initial;
  const index = current === null ? -1 : ids.indexOf(current);
  const heir =
    index === -1 && active !== null ? (ids[Math.min(place.current, ids.length - 1)] ?? null) : current;
  useEffect(() => {
    if (index !== -1) place.current = index;
    else if (active !== null && heir !== null) setActive(heir);
  }, [index, active, heir]);
  return [heir, setActive];
}

const PLACEHOLDERS = ['a', 'b', 'c', 'd', 'e', 'f'];

function Loading() {
  return (
    <div aria-busy className="flex flex-col">
      <span className="sr-only">Loading the boxes…</span>
      {PLACEHOLDERS.map((key) => (
        <div key={key} className="flex h-8 items-center gap-4 border-line border-b px-4">
          <Skeleton className="h-3 w-24" />
          <Skeleton className="h-3 w-40" />
          <Skeleton className="h-3 w-full" />
        </div>
      ))}
    </div>
  );
}
