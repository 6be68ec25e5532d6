'use client';
import type { ContainerView } from '@boxyard/api';
import { useQuery } from '@tanstack/react-query';
import dynamic from 'next/dynamic';
import { type ReactNode, useState } from 'react';
import { queries } from '../../lib/queries';
import { LEAVE_KEYS } from '../../lib/terminal/keys';
import { toggleScreenReader, useTerminalSettings, zoomTerminals } from '../../lib/terminal/settings';
import type { TerminalView } from '../../lib/terminal/view';
import { toast } from '../../lib/toasts';
import { Button } from '../ui/button';
import { ContextMenu } from '../ui/context-menu';
import { IconButton } from '../ui/icon-button';
import { MoreIcon, SearchIcon } from '../ui/icons';
import { Kbd } from '../ui/kbd';
import { Menu, type MenuItem } from '../ui/menu';
import { KeyBar } from './key-bar';
import { SearchBar } from './search-bar';
import { StateWords } from './state-words';
import { type Terminal, useTerminal } from './use-terminal';

const TerminalQuestion = dynamic(() => import('./questions'), { ssr: false });

interface Props {
  box: ContainerView;
  session: string;
  compact?: boolean;
  /** Present while the box does not run. */
  start: (() => void) | undefined;
  /** Present when a session that is over can be followed by another. */
  newShell: (() => void) | undefined;
  lead?: ReactNode;
  trail?: ReactNode;
  /** What else can be done with this session. */
  menu?: readonly MenuItem[] | undefined;
}

/** The emulator with its bar. */
export function LiveScreen({ box, session, compact = false, start, newShell, lead, trail, menu }: Props) {
  const terminal = useTerminal({ container: box.id, session });
  const [full, setFull] = useState(false);
  const { view, state, foreignSize, question } = terminal;
  const over = state.status === 'ended' || state.status === 'failed';
  return (
    <section
      aria-label={`Terminal of ${box.name}`}
      tabIndex={-1}
      className={`group/terminal flex flex-col focus-visible:focus-frame ${full ? 'fixed inset-0 z-30 bg-canvas' : 'relative h-full min-h-0'}`}
    >
      <div
        className={`flex shrink-0 items-center gap-2 border-line border-b pr-1 pl-3 pointer-coarse:min-h-11 ${compact ? 'min-h-8' : 'min-h-9'}`}
      >
        {lead}
        <StateWords state={state} container={box} session={session} />
        {start && (
          <Button size="small" variant="primary" onClick={start}>
            Start {box.name}
          </Button>
        )}
        {over && newShell && (
          <Button size="small" variant="primary" onClick={newShell}>
            New shell
          </Button>
        )}
        <span className="ml-auto flex shrink-0 items-center gap-1">
          <span
            aria-hidden="true"
            className="mr-2 hidden text-quiet text-xs lg:pointer-fine:group-has-[.xterm_:focus]/terminal:inline"
          >
            <Kbd>{LEAVE_KEYS}</Kbd> leaves the terminal
          </span>
          {foreignSize && view && !over && (
            <Button
              size="small"
              variant="ghost"
              onClick={() => view.takeSize()}
              title="Another viewer's size"
            >
              {foreignSize.columns} × {foreignSize.rows} · fit to here
            </Button>
          )}
          <Watching box={box} session={session} />
          <IconButton
            label="Find"
            shortcut="Ctrl+Shift+F"
            size="small"
            onClick={() => terminal.setFinding(true)}
          >
            <SearchIcon />
          </IconButton>
          <TerminalMenu view={view} full={full} setFull={setFull} more={menu} />
          {trail}
        </span>
      </div>
      {terminal.finding && view && (
        <SearchBar view={view} matches={terminal.matches} onClose={() => terminal.setFinding(false)} />
      )}
      <Screen terminal={terminal} />
      {!over && <KeyBar view={view} ctrl={terminal.ctrl} onCtrl={terminal.setCtrl} />}
      {question && view && <TerminalQuestion question={question} view={view} onClose={terminal.answered} />}
    </section>
  );
}

function Screen({ terminal: { element, view, foreignSize, bell, setFinding } }: { terminal: Terminal }) {
  return (
    <ContextMenu
      items={[
        ...clipboardItems(view),
        { label: 'Find', shortcut: 'Ctrl+Shift+F', onSelect: () => setFinding(true) },
      ]}
    >
      <div
        className={`relative min-h-0 flex-1 bg-surface p-2 pr-1 pl-3 font-mono ${bell ? 'outline-2 outline-busy -outline-offset-2' : 'focus-within:focus-frame focus-within:after:outline-1 focus-within:after:-outline-offset-1'}`}
      >
        {/* The emulator's own: it takes the whole of it for rows and columns. */}
        <div
          ref={element}
          data-testid="terminal"
          className={`h-full bg-surface ${foreignSize ? 'overflow-auto' : 'overflow-hidden'}`}
        />
      </div>
    </ContextMenu>
  );
}

/** Two or more are worth a word: what is typed here, others see. */
function Watching({ box, session }: { box: ContainerView; session: string }) {
  const { data } = useQuery(queries.terminals(box.id));
  const viewers = data?.find((terminal) => terminal.session === session)?.viewers ?? 0;
  if (viewers < 2) return null;
  return <span className="text-quiet text-xs">{viewers} watching</span>;
}

interface MenuProps {
  view: TerminalView | null;
  full: boolean;
  setFull: (full: boolean) => void;
  more: readonly MenuItem[] | undefined;
}

function TerminalMenu({ view, full, setFull, more = [] }: MenuProps) {
  const { fontSize, screenReader } = useTerminalSettings();
  return (
    <Menu
      trigger={
        <IconButton label="More of this terminal" size="small">
          <MoreIcon />
        </IconButton>
      }
      items={[
        ...clipboardItems(view),
        'separator',
        { label: 'Larger letters', shortcut: 'Ctrl+Shift++', onSelect: () => zoomTerminals(1) },
        { label: 'Smaller letters', shortcut: 'Ctrl+Shift+-', onSelect: () => zoomTerminals(-1) },
        {
          label: `Usual letters (now ${fontSize} px)`,
          shortcut: 'Ctrl+Shift+0',
          onSelect: () => zoomTerminals(0),
        },
        'separator',
        {
          label: screenReader ? 'Screen reader support: turn off' : 'Screen reader support: turn on',
          onSelect: toggleScreenReader,
        },
        { label: full ? 'Leave full window' : 'Full window', onSelect: () => setFull(!full) },
        ...(more.length > 0 ? (['separator', ...more] as const) : []),
      ]}
    />
  );
}

function clipboardItems(view: TerminalView | null): MenuItem[] {
  return [
    { label: 'Copy', shortcut: 'Ctrl+Shift+C', disabled: !view, onSelect: () => void copySelection(view) },
    {
      label: 'Paste',
      shortcut: 'Ctrl+Shift+V',
      disabled: !view,
      onSelect: () => void pasteFromClipboard(view),
    },
    { label: 'Select all', disabled: !view, onSelect: () => view?.selectAll() },
  ];
}

async function copySelection(view: TerminalView | null): Promise<void> {
  if (!view?.hasSelection)
    toast({ title: 'Nothing is selected', hint: 'Drag over the text that you want to copy.' });
  else if (!(await view.copy())) toast({ title: 'The browser refused to copy', tone: 'bad' });
}

/** By a menu: the browser asks the person, and may refuse. */
async function pasteFromClipboard(view: TerminalView | null): Promise<void> {
  const text = await navigator.clipboard?.readText().catch(() => null);
  if (typeof text === 'string') view?.paste(text);
  else
    toast({ title: 'The browser keeps its clipboard to itself here', hint: 'Press Ctrl+Shift+V instead.' });
}
