'use client';
import type { TerminalView } from '@boxyard/api';
import { isAlive } from '@boxyard/spec';
import { useQuery } from '@tanstack/react-query';
import dynamic from 'next/dynamic';
import { parseAsArrayOf, parseAsString, useQueryState } from 'nuqs';
import { useState } from 'react';
import { useYard } from '../../lib/connection';
import { queries } from '../../lib/queries';
import { Page } from '../shell/page';
import { Button } from '../ui/button';
import { EmptyState } from '../ui/empty-state';
import { ErrorState } from '../ui/error-state';
import { IconButton } from '../ui/icon-button';
import { ChevronLeftIcon, CloseIcon, PlusIcon } from '../ui/icons';
import { Skeleton } from '../ui/skeleton';
import { attachLine, useSessionActions } from './session-actions';
import { TerminalScreen } from './terminal-screen';

/** Its menus are half of what the page would load at first; it comes with the answer. */
const SessionList = dynamic(() => import('./session-list').then(({ SessionList: list }) => list), {
  ssr: false,
});
const ShellDialog = dynamic(() => import('./shell-dialog'), { ssr: false });
/** Side by side on one screen they are still legible. */
const PANES_MAX = 4;
/** Enough of an id for an address that can be sent to somebody. */
const ID_LETTERS = 12;

/** All terminals of all boxes, and up to four of them side by side. Which ones is in the address (`open`). */
export function TerminalsPage() {
  const terminals = useQuery(queries.terminals());
  const { containers } = useYard();
  const [open, setOpen] = useQueryState('open', parseAsArrayOf(parseAsString).withDefault([]));
  const [choosing, setChoosing] = useState(false);
  const { items, dialog } = useSessionActions();
  const all = terminals.data ?? [];
  const panes = open.map((short) => ({ short, terminal: all.find(({ id }) => id.startsWith(short)) }));
  const boxes = [...(containers?.values() ?? [])].filter(({ state }) => isAlive(state));
  const join = (id: string) => {
    const short = id.slice(0, ID_LETTERS);
    void setOpen([...open.filter((other) => other !== short), short].slice(-PANES_MAX), { history: 'push' });
  };
  const leave = (short: string) =>
    void setOpen(
      open.filter((other) => other !== short),
      { history: 'push' },
    );
  const toggle = ({ id }: TerminalView) => {
    const short = id.slice(0, ID_LETTERS);
    if (open.includes(short)) leave(short);
    else join(id);
  };
  const newShell = (
    <Button variant="primary" disabled={boxes.length === 0} onClick={() => setChoosing(true)}>
      <PlusIcon /> New shell
    </Button>
  );
  return (
    <Page title="Terminals" actions={newShell}>
      {terminals.error ? (
        <ErrorState error={terminals.error} retry={() => void terminals.refetch()} />
      ) : !terminals.data ? (
        <div className="flex flex-col gap-2 p-4">
          <Skeleton className="h-10 w-full max-w-80" />
          <Skeleton className="h-10 w-full max-w-80" />
        </div>
      ) : all.length === 0 && open.length === 0 ? (
        <EmptyState title="No terminals" command="box exec -it NAME sh">
          {boxes.length > 0
            ? 'Open a shell in a box. It lives there until it exits: come back to it here, or by box attach.'
            : 'A terminal needs a box that runs, and none does.'}
        </EmptyState>
      ) : (
        <div className="flex h-full min-h-0 border-line border-t">
          <div
            className={`w-80 shrink-0 overflow-y-auto border-line border-r p-2 max-md:w-full max-md:border-r-0 ${open.length > 0 ? 'max-md:hidden' : ''}`}
          >
            <SessionList
              terminals={all}
              open={panes.flatMap(({ terminal }) => terminal?.id ?? [])}
              toggle={toggle}
              menu={items}
            />
          </div>
          <div
            className={`grid min-w-0 flex-1 auto-rows-fr gap-px bg-line ${open.length > 1 ? 'lg:grid-cols-2' : ''} ${open.length === 0 ? 'max-md:hidden' : ''}`}
          >
            {open.length === 0 && (
              <div className="bg-canvas">
                <EmptyState title="Choose a terminal">
                  Press one of the list to join it here, up to {PANES_MAX} side by side. Whoever else is in it
                  sees what you type.
                </EmptyState>
              </div>
            )}
            {panes.map(({ short, terminal }, index) => (
              <div
                key={short}
                className={`min-h-0 min-w-0 bg-canvas ${index < panes.length - 1 ? 'max-md:hidden' : ''} ${panes.length === 3 && index === 0 ? 'lg:row-span-2' : ''}`}
              >
                <Pane
                  terminal={terminal}
                  onSession={join}
                  close={() => leave(short)}
                  back={() => void setOpen([], { history: 'push' })}
                  menu={terminal && items(terminal)}
                />
              </div>
            ))}
          </div>
        </div>
      )}
      {choosing && (
        <ShellDialog boxes={boxes} onClose={() => setChoosing(false)} onOpened={(_box, id) => join(id)} />
      )}
      {dialog}
    </Page>
  );
}

interface PaneProps {
  /** Undefined: it ended long ago, or was just begun. */
  terminal: TerminalView | undefined;
  onSession: (session: string) => void;
  close: () => void;
  back: () => void;
  menu: ReturnType<ReturnType<typeof useSessionActions>['items']> | undefined;
}

function Pane({ terminal, onSession, close, back, menu }: PaneProps) {
  const all = (
    <IconButton label="All terminals" size="small" onClick={back} className="md:hidden">
      <ChevronLeftIcon />
    </IconButton>
  );
  const leave = (
    <IconButton label={`Leave ${terminal?.name ?? 'this terminal'}`} size="small" onClick={close}>
      <CloseIcon />
    </IconButton>
  );
  if (!terminal) {
    return (
      <EmptyState title="This session is gone" action={<Button onClick={close}>Leave it</Button>}>
        It ended, or its box was removed.
      </EmptyState>
    );
  }
  return (
    <TerminalScreen
      compact
      container={terminal.container}
      session={terminal.session}
      onSession={onSession}
      lead={
        <>
          {all}
          <span className="min-w-0 truncate font-medium" title={attachLine(terminal)}>
            {terminal.name}
          </span>
        </>
      }
      trail={leave}
      {...(menu ? { menu } : {})}
    />
  );
}
