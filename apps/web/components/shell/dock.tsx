import { type CSSProperties, useId, useRef } from 'react';
import { closeDockTab, type DockTab, showDockTab, sizeDock, useDock } from '../../lib/dock';
import { useKeys } from '../../lib/keys';
import { toast } from '../../lib/toasts';
import { IconButton } from '../ui/icon-button';
import { ChevronDownIcon, ChevronUpIcon, CloseIcon, DockIcon, LogsIcon, TerminalIcon } from '../ui/icons';
import { DockContent } from './dock-content';
import { DockEdge } from './dock-edge';

/** Terminals and logs at the bottom of every page. Only the tab in front is alive; the others are where they were when they come back. */
export function Dock() {
  const { tabs, active, size, height } = useDock();
  const base = useId();
  const list = useRef<HTMLDivElement>(null);
  const front = tabs.find(({ key }) => key === active);
  const open = size !== 'minimised';
  const toggle = () => {
    sizeDock(open ? 'minimised' : 'open');
    list.current?.querySelector<HTMLElement>('[aria-selected=true]')?.focus();
  };
  useKeys(
    { 'mod+j': { label: 'Show or hide the dock', run: toggle } },
    { group: 'Everywhere', enabled: tabs.length > 0 },
  );
  if (!front) return null;
  const close = () => {
    closeDockTab(front.key);
    if (front.kind === 'terminal') {
      toast({ title: `The terminal goes on in ${front.container.name}`, hint: 'Terminals lists it.' });
    }
  };
  return (
    <section
      aria-label="Dock"
      className={`flex min-h-0 flex-col border-line border-t bg-surface ${size === 'maximised' ? 'flex-1' : 'shrink-0'} ${size === 'open' ? 'h-(--dock-height) max-h-[75%]' : ''}`}
      style={{ '--dock-height': `${height}px` } as CSSProperties}
    >
      {size === 'open' && <DockEdge height={height} />}
      <div className="flex h-9 shrink-0 items-center border-line border-b pr-1 pointer-coarse:h-11">
        <div
          ref={list}
          role="tablist"
          aria-label="Terminals and logs in the dock"
          className="flex min-w-0 flex-1 self-stretch overflow-x-auto [scrollbar-width:none]"
        >
          {tabs.map((tab) => (
            <Tab key={tab.key} tab={tab} chosen={tab === front} panel={`${base}-panel`} />
          ))}
        </div>
        <IconButton label={`Close ${front.title}`} size="small" onClick={close}>
          <CloseIcon />
        </IconButton>
        <IconButton
          label={size === 'maximised' ? 'Smaller dock' : 'Larger dock'}
          size="small"
          onClick={() => sizeDock(size === 'maximised' ? 'open' : 'maximised')}
        >
          {size === 'maximised' ? <ChevronDownIcon /> : <ChevronUpIcon />}
        </IconButton>
        <IconButton
          label={open ? 'Hide the dock' : 'Show the dock'}
          aria-expanded={open}
          size="small"
          onClick={toggle}
        >
          <DockIcon />
        </IconButton>
      </div>
      {open && (
        <div id={`${base}-panel`} role="tabpanel" aria-label={front.title} className="min-h-0 flex-1">
          <DockContent key={front.key} tab={front} />
        </div>
      )}
    </section>
  );
}

interface TabProps {
  tab: DockTab;
  chosen: boolean;
  /** Id of the panel below. */
  panel: string;
}

function Tab({ tab: { key, kind, title }, chosen, panel }: TabProps) {
  const step = (from: HTMLElement, to: 'nextElementSibling' | 'previousElementSibling') => {
    const neighbour = from[to];
    if (!(neighbour instanceof HTMLElement)) return;
    neighbour.focus();
    neighbour.click();
  };
  return (
    <button
      type="button"
      role="tab"
      aria-selected={chosen}
      aria-controls={panel}
      tabIndex={chosen ? 0 : -1}
      onClick={() => showDockTab(key)}
      onAuxClick={(event) => event.button === 1 && closeDockTab(key)}
      onKeyDown={(event) => {
        if (event.key === 'ArrowRight') step(event.currentTarget, 'nextElementSibling');
        else if (event.key === 'ArrowLeft') step(event.currentTarget, 'previousElementSibling');
        else if (event.key === 'Delete') closeDockTab(key);
      }}
      className={`flex max-w-56 shrink-0 items-center gap-2 border-b-2 px-3 focus-visible:outline-offset-[-2px] ${chosen ? 'border-accent text-ink' : 'border-transparent text-quiet hover:text-ink'}`}
    >
      {kind === 'terminal' ? <TerminalIcon /> : <LogsIcon />}
      <span className="sr-only">{kind === 'terminal' ? 'Terminal' : 'Logs'}</span>
      <span className="truncate">{title}</span>
    </button>
  );
}
