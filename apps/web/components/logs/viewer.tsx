'use client';
import { useEffect, useRef, useState, useSyncExternalStore } from 'react';
import { useRecoveries, useYard } from '../../lib/connection';
import { useKeys } from '../../lib/keys';
import { type LogContainer, LogSession, type LogView, type Start } from '../../lib/logs/session';
import { Details } from './details';
import { Histogram } from './histogram';
import type { LogViewerProps } from './log-viewer';
import { Rows } from './rows';
import { type ChangeSettings, queryOf, type Settings, useAddressSettings, useOwnSettings } from './settings';
import { Toolbar } from './toolbar';
import { WholeSearch } from './whole-search';

export function Viewer({ containers, compact = false }: LogViewerProps) {
  // Other boxes are another viewer: nothing of what was held, chosen or found carries over.
  const key = containers.map(({ id }) => id).join(',');
  if (compact) return <OwnViewer key={key} containers={containers} />;
  return <AddressViewer key={key} containers={containers} />;
}

function AddressViewer({ containers }: LogViewerProps) {
  const [settings, change] = useAddressSettings();
  return <SettledViewer containers={containers} settings={settings} change={change} compact={false} />;
}

function OwnViewer({ containers }: LogViewerProps) {
  const [settings, change] = useOwnSettings();
  return <SettledViewer containers={containers} settings={settings} change={change} compact />;
}

interface SettledProps {
  containers: readonly LogContainer[];
  settings: Settings;
  change: ChangeSettings;
  compact: boolean;
}

function SettledViewer({ containers, settings, change, compact }: SettledProps) {
  const [session, setSession] = useState<LogSession | null>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the address says where to begin, once
  useEffect(() => {
    const fresh = new LogSession(containers, startOf(settings, containers));
    setSession(fresh);
    return () => fresh.close();
  }, []);
  if (!session) return null;
  return (
    <OpenViewer
      session={session}
      containers={containers}
      settings={settings}
      change={change}
      compact={compact}
    />
  );
}

function OpenViewer({
  session,
  containers,
  settings,
  change,
  compact,
}: SettledProps & { session: LogSession }) {
  const view = useSyncExternalStore(
    session.subscribe,
    () => session.view,
    () => session.view,
  );
  const [follow, setFollow] = useState(settings.at === null && settings.t === null);
  const [chosen, setChosen] = useState<{ from: number; to: number } | null>(null);
  const [wholeSearch, setWholeSearch] = useState(false);
  const search = useRef<HTMLInputElement>(null);
  const query = JSON.stringify(queryOf(settings));
  useEffect(() => session.setQuery(JSON.parse(query)), [session, query]);
  useRestarts(session, containers, view);

  const top = view.frame?.rows[0]?.place ?? 0;
  const find = (direction: 1 | -1) => {
    session.find(direction);
    setFollow(false);
  };
  const step = (by: 1 | -1) => {
    const place = (chosen?.to ?? top - 1) + by;
    setChosen({ from: place, to: place });
  };
  useKeys(
    {
      '/': { label: 'Search', run: () => search.current?.focus() },
      n: { label: 'Next match', run: () => find(1) },
      N: { label: 'Match before', run: () => find(-1) },
      f: { label: 'Follow the end', run: () => setFollow(true) },
      w: { label: 'Wrap long lines', run: () => change({ wrap: !settings.wrap }) },
      j: { label: 'Next line', run: () => step(1) },
      k: { label: 'Line before', run: () => step(-1) },
    },
    { group: 'Log', enabled: !compact },
  );
  return (
    <section aria-label="Log viewer" className="flex h-full min-h-0 flex-col bg-surface">
      <Toolbar
        {...{ session, view, containers, settings, change, compact, find }}
        searchRef={search}
        follow={follow}
        setFollow={setFollow}
        searchWhole={() => setWholeSearch(true)}
      />
      {!compact && view.histogram && (
        <Histogram
          histogram={view.histogram}
          times={settings.ts}
          onPick={(time) => {
            setFollow(false);
            session.goToTime(time);
          }}
        />
      )}
      <div className="relative flex min-h-0 flex-1 max-md:flex-col">
        <Rows {...{ session, view, containers, settings, follow, setFollow, chosen, setChosen }} />
        {chosen && (
          <Details
            {...{ session, containers, chosen, change }}
            endPlace={view.frame?.endPlace ?? 0}
            close={() => setChosen(null)}
          />
        )}
        {wholeSearch && (
          <WholeSearch
            containers={containers}
            settings={settings}
            close={() => setWholeSearch(false)}
            onPick={(source, offset) => {
              setFollow(false);
              session.goToOffset(source, offset);
              change({ at: placeName(containers, source, offset) });
            }}
          />
        )}
      </div>
    </section>
  );
}

/** A box that is started again goes on in the same log, and so does one that a proxy kept away once it lets it through. */
function useRestarts(session: LogSession, containers: readonly LogContainer[], view: LogView): void {
  const { containers: known } = useYard();
  const recoveries = useRecoveries();
  const tried = useRef(recoveries);
  const running = containers.map(({ id }) => known?.get(id)?.state === 'running');
  useEffect(() => {
    const recovered = tried.current !== recoveries;
    tried.current = recoveries;
    for (const [index, runs] of running.entries()) {
      const end = view.ends[index];
      // What failed would fail again at once, for ever.
      if (end && (end.error ? recovered : runs)) session.restarted(index);
    }
  });
}

/** A line in the address. */
export function placeName(containers: readonly LogContainer[], source: number, offset: number): string {
  return containers.length === 1 ? String(offset) : `${containers[source]?.name}:${offset}`;
}

function startOf({ at, t }: Settings, containers: readonly LogContainer[]): Start {
  const [, name, offset] = /^(?:(.+):)?(\d{1,16})$/.exec(at ?? '') ?? [];
  if (offset !== undefined) {
    const source = Math.max(0, name === undefined ? 0 : containers.findIndex((one) => one.name === name));
    return { kind: 'offset', source, offset: Number(offset) };
  }
  return t && Number.isFinite(Date.parse(t)) ? { kind: 'time', since: t } : { kind: 'tail' };
}
