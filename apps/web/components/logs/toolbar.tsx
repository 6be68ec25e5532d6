import type { Dispatch, KeyboardEvent, RefObject } from 'react';
import { useConnection } from '../../lib/connection';
import type { Facet } from '../../lib/logs/line';
import { FACETS } from '../../lib/logs/query';
import type { LogContainer, LogSession, LogView } from '../../lib/logs/session';
import { Button } from '../ui/button';
import { Checkbox } from '../ui/checkbox';
import { Field } from '../ui/field';
import { IconButton } from '../ui/icon-button';
import { ChevronDownIcon, ChevronUpIcon, FilterIcon, SearchIcon } from '../ui/icons';
import { Input } from '../ui/input';
import { Popover } from '../ui/popover';
import { Select } from '../ui/select';
import { DownloadMenu } from './download-menu';
import type { ChangeSettings, Settings } from './settings';
import { TimeJump } from './time-jump';

interface Props {
  session: LogSession;
  view: LogView;
  containers: readonly LogContainer[];
  settings: Settings;
  change: ChangeSettings;
  compact: boolean;
  follow: boolean;
  setFollow: Dispatch<boolean>;
  find(direction: 1 | -1): void;
  searchWhole(): void;
  searchRef: RefObject<HTMLInputElement | null>;
}

/** Status, search, and what is shown of the log. */
export function Toolbar(props: Props) {
  const { view, settings, change, compact, searchWhole } = props;
  return (
    <div className="flex min-h-10 shrink-0 flex-wrap items-center gap-x-2 gap-y-1 border-line border-b px-3 py-1">
      <Status view={view} follow={props.follow} />
      <SearchField {...props} />
      {settings.q !== '' && !view.frame?.error && (
        <Button size="small" onClick={searchWhole}>
          Search whole log
        </Button>
      )}
      <div className="ml-auto flex items-center gap-1">
        <FilterButton settings={settings} change={change} />
        {!compact && <TimeJump {...props} />}
        <ViewButton settings={settings} change={change} />
        {!compact && <DownloadMenu containers={props.containers} settings={settings} />}
      </div>
    </div>
  );
}

/** Whether more lines come, and why not; and how much of the log is held here. */
function Status({ view: { frame, ends, paging }, follow }: { view: LogView; follow: boolean }) {
  const connection = useConnection();
  const failed = ends.find((end) => end?.error)?.error;
  const ended = ends.length > 0 && ends.every((end) => end !== null);
  return (
    <span className="flex items-center gap-2 whitespace-nowrap text-quiet" data-held-bytes={frame?.bytes}>
      {failed ? (
        <span className="text-bad">✕ {failed.message}</span>
      ) : connection.status !== 'open' ? (
        <span className="text-busy">◐ reconnecting</span>
      ) : ended ? (
        <span>○ ended</span>
      ) : follow ? (
        <span className="text-good">● following</span>
      ) : (
        <span>❚❚ reading</span>
      )}
      <span className="max-sm:hidden">
        {(frame?.shown ?? 0).toLocaleString('en')} lines
        {frame && frame.shown < frame.held ? ` of ${frame.held.toLocaleString('en')}` : ''}
        {paging ? ' …' : ''}
      </span>
    </span>
  );
}

function SearchField({ view, settings, change, find, searchRef }: Props) {
  const { frame } = view;
  const pressed = (event: KeyboardEvent<HTMLInputElement>) => {
    if (event.key === 'Enter') find(event.shiftKey ? -1 : 1);
    else if (event.key === 'Escape') event.currentTarget.blur();
    else return;
    event.preventDefault();
  };
  const current = frame?.current ? `${frame.current.number.toLocaleString('en')} of ` : '';
  const count = frame?.error ? 'not a pattern' : `${current}${(frame?.matches ?? 0).toLocaleString('en')}`;
  return (
    <search className="flex min-w-48 flex-1 items-center gap-0.5 max-sm:order-last max-sm:basis-full">
      <span className="relative min-w-0 max-w-md flex-1">
        <SearchIcon className="pointer-events-none absolute top-1/2 left-2 -translate-y-1/2 text-quiet" />
        <Input
          ref={searchRef}
          type="search"
          mono
          aria-label="Search the lines held here"
          aria-invalid={frame?.error ? true : undefined}
          title={frame?.error ?? undefined}
          placeholder="Search"
          value={settings.q}
          onChange={(event) => change({ q: event.currentTarget.value })}
          onKeyDown={pressed}
          className={`pl-8 ${settings.q === '' ? '' : 'pr-24'}`}
        />
        {settings.q !== '' && (
          <span
            role="status"
            className={`pointer-events-none absolute top-1/2 right-7 -translate-y-1/2 text-xs ${frame?.error ? 'text-bad' : 'text-quiet'}`}
          >
            {count}
          </span>
        )}
      </span>
      <IconButton label="Match before" shortcut="N" onClick={() => find(-1)} disabled={!frame?.matches}>
        <ChevronUpIcon />
      </IconButton>
      <IconButton label="Next match" shortcut="n" onClick={() => find(1)} disabled={!frame?.matches}>
        <ChevronDownIcon />
      </IconButton>
      <IconButton
        label="Regular expression"
        className="max-sm:hidden"
        aria-pressed={settings.re}
        onClick={() => change({ re: !settings.re })}
      >
        <span className="font-mono text-xs">.*</span>
      </IconButton>
      <IconButton
        className="max-sm:hidden"
        label="Match case"
        aria-pressed={settings.cs}
        onClick={() => change({ cs: !settings.cs })}
      >
        <span className="text-xs">Aa</span>
      </IconButton>
    </search>
  );
}

const FACET_WORDS: Record<Facet, string> = {
  error: 'Error',
  warn: 'Warning',
  info: 'Info',
  debug: 'Debug',
  other: 'No level',
};

function FilterButton({ settings, change }: { settings: Settings; change: ChangeSettings }) {
  const { show, lv, st } = settings;
  const count = Number(show !== 'mark') + Number(lv.length > 0) + Number(st !== 'all');
  const toggle = (facet: Facet, on: boolean) =>
    change({ lv: FACETS.filter((other) => (other === facet ? on : lv.includes(other))) });
  return (
    <Popover
      label="Which lines are shown"
      trigger={
        <Button variant="ghost">
          <FilterIcon /> <span className="max-sm:sr-only">Filter</span>
          {count > 0 && <span className="rounded-[4px] bg-accent-soft px-1 text-accent">{count}</span>}
        </Button>
      }
    >
      <div className="flex w-64 flex-col gap-3">
        <Select
          label="Lines that match the search"
          value={show}
          onChange={(value) => change({ show: value })}
          items={[
            { value: 'mark', label: 'Mark what matches' },
            { value: 'only', label: 'Only lines that match' },
            { value: 'hide', label: 'Hide lines that match' },
          ]}
        />
        <div className="grid grid-cols-2 gap-1.5 sm:hidden">
          <Checkbox label="Pattern" checked={settings.re} onChange={(re) => change({ re })} />
          <Checkbox label="Match case" checked={settings.cs} onChange={(cs) => change({ cs })} />
        </div>
        <fieldset className="grid grid-cols-2 gap-1.5">
          <legend className="mb-1 text-quiet">Levels, guessed from the text</legend>
          {FACETS.map((facet) => (
            <Checkbox
              key={facet}
              label={FACET_WORDS[facet]}
              checked={lv.includes(facet)}
              onChange={(on) => toggle(facet, on)}
            />
          ))}
        </fieldset>
        <Select
          label="Stream"
          value={st}
          onChange={(value) => change({ st: value })}
          items={[
            { value: 'all', label: 'Both streams' },
            { value: 'stdout', label: 'stdout' },
            { value: 'stderr', label: 'stderr' },
          ]}
        />
        {count > 0 && (
          <Button size="small" onClick={() => change({ show: 'mark', lv: [], st: 'all' })}>
            Show all lines
          </Button>
        )}
      </div>
    </Popover>
  );
}

function ViewButton({ settings, change }: { settings: Settings; change: ChangeSettings }) {
  return (
    <Popover label="How lines are shown" trigger={<Button variant="ghost">View</Button>}>
      <div className="flex w-56 flex-col gap-3">
        <Field label="Times">
          <Select
            value={settings.ts}
            onChange={(value) => change({ ts: value })}
            items={[
              { value: 'local', label: 'Here' },
              { value: 'utc', label: 'UTC' },
              { value: 'ago', label: 'How long ago' },
              { value: 'off', label: 'None' },
            ]}
          />
        </Field>
        <Checkbox label="Wrap long lines" checked={settings.wrap} onChange={(wrap) => change({ wrap })} />
      </div>
    </Popover>
  );
}
