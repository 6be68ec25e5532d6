'use client';
import type { ContainerView } from '@boxyard/api';
import { isAlive } from '@boxyard/spec';
import { useEffect, useRef, useState } from 'react';
import { act } from '../lib/actions';
import { api, boxErrorOf } from '../lib/api';
import { useYard } from '../lib/connection';
import { newSessionId } from '../lib/ids';
import type { TerminalState, TerminalTarget } from '../lib/terminal';
import { toastError } from '../lib/toasts';
import { Button } from './button';
import { Notice } from './notice';

/** A box's own terminal, or a shell in it when it has none. */
export function TerminalPanel({ container }: { container: ContainerView }) {
  const [session, setSession] = useState<string | null>(null);
  if (!isAlive(container.state)) {
    return (
      <Notice title={`${container.name} is not running`}>
        <p>A terminal needs a running box.</p>
        <Button variant="primary" className="self-start" onClick={() => void act('start', container)}>
          Start {container.name}
        </Button>
      </Notice>
    );
  }
  if (container.tty || session) {
    const target = { container: container.id, ...(session ? { session } : {}) };
    return <Screen key={session ?? container.startedAt} target={target} again={() => setSession(null)} />;
  }
  const open = async () => {
    const id = newSessionId();
    await api.containers.exec
      .mutate({ container: container.id, id, command: SHELL, tty: true, openStdin: true })
      .then(
        () => setSession(id),
        (error) => toastError(boxErrorOf(error)),
      );
  };
  return (
    <Notice title="This box runs without a terminal">
      <p>Open a shell beside its program. It lives in the box until you leave it.</p>
      <Button variant="primary" className="self-start" onClick={() => void open()}>
        Open a shell
      </Button>
    </Notice>
  );
}

/** bash where there is one, else sh. */
const SHELL = ['sh', '-c', 'command -v bash >/dev/null 2>&1 && exec bash; exec sh'];

function Screen({ target, again }: { target: TerminalTarget; again: () => void }) {
  const element = useRef<HTMLDivElement>(null);
  const [state, setState] = useState<TerminalState>({ status: 'opening' });
  const { container, session } = target;
  useEffect(() => {
    let dispose = () => {};
    let gone = false;
    // The emulator is large: it is loaded when a terminal is first shown.
    void import('../lib/terminal').then(({ TerminalView }) => {
      if (gone || !element.current) return;
      const view = new TerminalView(
        element.current,
        { container, ...(session ? { session } : {}) },
        setState,
      );
      Object.assign(element.current, { terminalView: view });
      dispose = () => view.dispose();
    });
    return () => {
      gone = true;
      dispose();
    };
  }, [container, session]);
  return (
    <div className="flex h-full min-h-0 flex-col">
      <div className="flex h-9 shrink-0 items-center gap-3 border-line border-b px-4">
        <StateWords state={state} />
        {state.status === 'ended' && session && <Button onClick={again}>Open another</Button>}
      </div>
      <div
        ref={element}
        data-testid="terminal"
        className="min-h-0 flex-1 overflow-hidden bg-surface p-2 font-mono"
      />
    </div>
  );
}

function StateWords({ state }: { state: TerminalState }) {
  const { connection } = useYard();
  if (state.status === 'failed') {
    return (
      <span role="status" className="text-bad">
        ✕ {state.error.message}
      </span>
    );
  }
  if (state.status === 'ended') {
    return (
      <span role="status">○ {state.lost ? 'lost: its supervisor died' : `ended with ${state.code}`}</span>
    );
  }
  if (connection.status !== 'open') {
    return (
      <span role="status" className="text-busy">
        ◐ reconnecting: the box goes on, what you type is kept
      </span>
    );
  }
  return (
    <span role="status" className={state.status === 'live' ? 'text-good' : 'text-quiet'}>
      {state.status === 'live' ? '● live' : '◐ opening…'}
    </span>
  );
}
