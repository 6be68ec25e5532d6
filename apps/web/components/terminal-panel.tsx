'use client';
import type { ContainerView } from '@boxyard/api';
import { isAlive } from '@boxyard/spec';
import { useRouter } from 'next/navigation';
import { useEffect, useRef, useState } from 'react';
import { act } from '../lib/actions';
import { api, boxErrorOf } from '../lib/api';
import { useYard } from '../lib/connection';
import { newSessionId } from '../lib/ids';
import type { TerminalState, TerminalTarget } from '../lib/terminal';
import { toastError } from '../lib/toasts';
import { Sessions } from './sessions';
import { Button } from './ui/button';
import { EmptyState } from './ui/empty-state';

interface Props {
  container: ContainerView;
  /** Exec session from the address: a reload comes back to the same shell. */
  session: string | null;
}

/** A box's own terminal, or a shell in it when it has none. A screen that was open stays when the box ends. */
export function TerminalPanel({ container, session }: Props) {
  const router = useRouter();
  const alive = isAlive(container.state);
  const [shown, setShown] = useState<TerminalTarget | null>(null);
  const wanted = container.tty || session !== null;
  const run = container.startedAt ?? '';
  useEffect(() => {
    if (alive && wanted) setShown({ container: container.id, run, ...(session ? { session } : {}) });
    else if (!wanted) setShown(null);
  }, [alive, wanted, container.id, run, session]);

  const go = (to: string | null) =>
    router.replace(`/containers/view/?id=${container.id}&tab=terminal${to ? `&session=${to}` : ''}`);
  const open = async () => {
    const id = newSessionId();
    await api.containers.exec
      .mutate({ container: container.id, id, command: SHELL, tty: true, openStdin: true })
      .then(
        () => go(id),
        (error) => toastError(boxErrorOf(error)),
      );
  };

  if (shown && wanted) {
    return (
      <Screen
        key={`${shown.session ?? ''} ${shown.run}`}
        target={shown}
        start={alive ? undefined : () => void act('start', container)}
        name={container.name}
        again={alive && session ? () => go(null) : undefined}
      />
    );
  }
  if (!alive) {
    return (
      <EmptyState title={`${container.name} is not running`}>
        <p>A terminal needs a running box.</p>
        <Button variant="primary" className="self-start" onClick={() => void act('start', container)}>
          Start {container.name}
        </Button>
      </EmptyState>
    );
  }
  if (wanted) return null;
  return (
    <EmptyState title="This box runs without a terminal">
      <p>Open a shell beside its program. It lives in the box until you leave it.</p>
      <Button variant="primary" className="self-start" onClick={() => void open()}>
        Open a shell
      </Button>
      <Sessions container={container} join={go} />
    </EmptyState>
  );
}

/** bash where there is one, else sh. */
const SHELL = ['sh', '-c', 'command -v bash >/dev/null 2>&1 && exec bash; exec sh'];

interface ScreenProps {
  target: TerminalTarget;
  name: string;
  /** Present when the box is not running. */
  start: (() => void) | undefined;
  /** Present when another session can be chosen. */
  again: (() => void) | undefined;
}

function Screen({ target, name, start, again }: ScreenProps) {
  const element = useRef<HTMLDivElement>(null);
  const [state, setState] = useState<TerminalState>({ status: 'opening' });
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new target is a new Screen, by its key
  useEffect(() => {
    let dispose = () => {};
    let gone = false;
    // The emulator is large: it is loaded when a terminal is first shown.
    void import('../lib/terminal').then(async ({ openTerminal }) => {
      if (gone || !element.current) return;
      const view = await openTerminal(element.current, target, setState);
      dispose = () => view.dispose();
      if (gone) dispose();
      else if (element.current) Object.assign(element.current, { terminalView: view });
    });
    return () => {
      gone = true;
      dispose();
    };
  }, []);
  const over = state.status === 'ended' || state.status === 'failed';
  return (
    <div className="flex h-full min-h-0 flex-col">
      <div className="flex h-9 shrink-0 items-center gap-3 border-line border-b px-4">
        <StateWords state={state} stopped={start !== undefined} />
        {start && <Button onClick={start}>Start {name}</Button>}
        {over && again && <Button onClick={again}>Another shell</Button>}
      </div>
      <div
        ref={element}
        data-testid="terminal"
        className="min-h-0 flex-1 overflow-hidden bg-surface p-2 pl-4 font-mono"
      />
    </div>
  );
}

function StateWords({ state, stopped }: { state: TerminalState; stopped: boolean }) {
  const { connection } = useYard();
  const [words, tone] = describe(state, stopped, connection.status !== 'open');
  return (
    <span role="status" className={`truncate ${tone}`}>
      {words}
    </span>
  );
}

function describe(state: TerminalState, stopped: boolean, lost: boolean): [words: string, tone: string] {
  const end = stopped ? 'box stopped' : 'ended';
  if (state.status === 'failed') return [`✕ ${state.error.message}`, 'text-bad'];
  if (state.status === 'ended') {
    return [state.lost ? '? lost: its supervisor died' : `○ ${end} with ${state.code}`, 'text-quiet'];
  }
  if (lost) return ['◐ reconnecting: the box goes on, what you type is kept', 'text-busy'];
  return state.status === 'live' ? ['● live', 'text-good'] : ['◐ opening…', 'text-quiet'];
}
