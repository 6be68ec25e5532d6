'use client';
import type { ContainerView, TerminalView } from '@boxyard/api';
import { isAlive } from '@boxyard/spec';
import { useQuery } from '@tanstack/react-query';
import dynamic from 'next/dynamic';
import { parseAsString, useQueryState } from 'nuqs';
import { useState } from 'react';
import { boxErrorOf } from '../../lib/api';
import { queries } from '../../lib/queries';
import { commandWords, openShell, rememberedShell } from '../../lib/terminal/shells';
import { toastError } from '../../lib/toasts';
import { Button } from '../ui/button';
import { EmptyState } from '../ui/empty-state';
import { IconButton } from '../ui/icon-button';
import { PlusIcon, SettingsIcon } from '../ui/icons';
import { useSessionActions } from './session-actions';
import { TerminalScreen } from './terminal-screen';

const ShellDialog = dynamic(() => import('./shell-dialog'), { ssr: false });
const NONE: readonly TerminalView[] = [];

/** The terminals of one box: its own, the sessions beside it, and a new one. Which is shown is in the address (`session`). */
export function TerminalPanel({ container }: { container: ContainerView }) {
  const [session, setSession] = useQueryState('session', parseAsString.withDefault(''));
  const { data: terminals = NONE } = useQuery(queries.terminals(container.id));
  const [choosing, setChoosing] = useState(false);
  const { items, dialog } = useSessionActions();
  const alive = isAlive(container.state);
  const running = terminals.filter((terminal) => terminal.running);
  const current = terminals.find((terminal) => terminal.session === session);
  const show = (next: string) => void setSession(next || null, { history: 'push' });
  const newShell = () =>
    openShell(container.id, rememberedShell(container.image)).then(show, (error) =>
      toastError(boxErrorOf(error)),
    );
  const chooses = alive && session === '' && !container.tty;
  return (
    <div className="flex h-full min-h-0 flex-col">
      {alive && !chooses && (
        <nav
          aria-label={`Terminals of ${container.name}`}
          className="flex shrink-0 items-center gap-1 overflow-x-auto border-line border-b bg-raised px-2 py-1 [scrollbar-width:none]"
        >
          {running.map((terminal) => (
            <SessionTab
              key={terminal.id}
              terminal={terminal}
              shown={terminal.session === session}
              show={() => show(terminal.session)}
            />
          ))}
          <Button size="small" variant="ghost" onClick={() => void newShell()}>
            <PlusIcon /> New shell
          </Button>
          <IconButton label="New shell with options" size="small" onClick={() => setChoosing(true)}>
            <SettingsIcon />
          </IconButton>
        </nav>
      )}
      <div className="min-h-0 flex-1">
        {chooses ? (
          <Offer
            container={container}
            running={running}
            show={show}
            open={() => void newShell()}
            choose={() => setChoosing(true)}
          />
        ) : (
          <TerminalScreen
            key={session}
            container={container}
            session={session}
            onSession={show}
            {...(current ? { menu: items(current) } : {})}
          />
        )}
      </div>
      {choosing && (
        <ShellDialog
          boxes={[container]}
          onClose={() => setChoosing(false)}
          onOpened={(_box, id) => show(id)}
        />
      )}
      {dialog}
    </div>
  );
}

function SessionTab({
  terminal: { name, session, viewers },
  shown,
  show,
}: {
  terminal: TerminalView;
  shown: boolean;
  show: () => void;
}) {
  return (
    <Button
      size="small"
      variant={shown ? 'plain' : 'ghost'}
      aria-current={shown ? 'true' : undefined}
      onClick={show}
    >
      {session === '' ? `${name} (its own)` : name}
      {viewers > (shown ? 1 : 0) && <span className="font-normal text-quiet">{viewers} watching</span>}
    </Button>
  );
}

interface OfferProps {
  container: ContainerView;
  running: readonly TerminalView[];
  show: (session: string) => void;
  open: () => void;
  choose: () => void;
}

function Offer({ container, running, show, open, choose }: OfferProps) {
  return (
    <EmptyState
      title="This box runs without a terminal"
      action={
        <div className="flex flex-wrap justify-center gap-2">
          <Button variant="primary" onClick={open}>
            Open a shell
          </Button>
          <Button onClick={choose}>Choose command and user…</Button>
        </div>
      }
      command={`box exec -it ${container.name} sh`}
    >
      <p>Open a shell beside its program. It lives in the box until it exits, whoever looks.</p>
      {running.length > 0 && (
        <>
          <p className="mt-4">Or go back to one that still runs:</p>
          <ul className="mt-2 flex flex-col items-center gap-1.5">
            {running.map(({ id, session, name, command }) => (
              <li key={id} className="max-w-full">
                <Button onClick={() => show(session)} className="max-w-full">
                  <span className="truncate">{name}</span>
                  <span className="truncate font-mono font-normal text-mono text-quiet">
                    {commandWords(command)}
                  </span>
                </Button>
              </li>
            ))}
          </ul>
        </>
      )}
    </EmptyState>
  );
}
