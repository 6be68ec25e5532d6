'use client';
import type { ContainerView } from '@boxyard/api';
import { isAlive } from '@boxyard/spec';
import dynamic from 'next/dynamic';
import { type ReactNode, useState } from 'react';
import { act } from '../../lib/actions';
import { boxErrorOf } from '../../lib/api';
import { useContainer, useRecoveries } from '../../lib/connection';
import { openInDock } from '../../lib/dock';
import { openShell, rememberedShell } from '../../lib/terminal/shells';
import { toastError } from '../../lib/toasts';
import { Button } from '../ui/button';
import { EmptyState } from '../ui/empty-state';
import type { MenuItem } from '../ui/menu';

/** With the emulator and all it needs: loaded when a terminal is shown. */
const LiveScreen = dynamic(() => import('./live-screen').then(({ LiveScreen: screen }) => screen), {
  ssr: false,
});

export interface TerminalScreenProps {
  container: { id: string; name: string };
  /** Exec session; '' for the box's own terminal. */
  session: string;
  /** Little room: in the dock, in a grid. */
  compact?: boolean;
  /** Shows another session of this box instead; without it a new shell opens in the dock. */
  onSession?: ((session: string) => void) | undefined;
  /** Before the words of state. */
  lead?: ReactNode;
  /** At the end of the bar. */
  trail?: ReactNode;
  /** What else can be done with this session. */
  menu?: readonly MenuItem[];
}

/** A terminal: its state in words, its screen, and what to do when it is over. A screen that was open stays when its box ends. */
export function TerminalScreen(props: TerminalScreenProps) {
  const container = useContainer(props.container.id);
  if (container === undefined) return <div className="h-full bg-surface" />;
  if (container === null) {
    return (
      <EmptyState title={`${props.container.name} is gone`}>
        The box was removed, and its terminals with it.
      </EmptyState>
    );
  }
  return <Known {...props} box={container} />;
}

function Known({ box, session, onSession, ...rest }: TerminalScreenProps & { box: ContainerView }) {
  const alive = isAlive(box.state) && box.state !== 'starting';
  const recoveries = useRecoveries();
  // Each start of the box is another terminal; the last one's screen stays until then.
  const run = session || (box.startedAt ?? '');
  const [shown, setShown] = useState<string | null>(null);
  if (alive && shown !== run) setShown(run);
  const start = () => void act('start', box);
  const newShell = () =>
    openShell(box.id, rememberedShell(box.image)).then(
      (id) => (onSession ?? inDock(box))(id),
      (error) => toastError(boxErrorOf(error)),
    );
  if (session === '' && !box.tty) {
    return alive ? (
      <NoTerminal box={box} open={() => void newShell()} />
    ) : (
      <Stopped box={box} start={start} />
    );
  }
  if (shown === null) return <Stopped box={box} start={start} />;
  return (
    <LiveScreen
      key={`${box.id} ${shown} ${recoveries}`}
      box={box}
      session={session}
      start={alive ? undefined : start}
      newShell={alive && session !== '' ? () => void newShell() : undefined}
      {...rest}
    />
  );
}

function inDock({ id, name }: ContainerView) {
  return (session: string) => openInDock({ kind: 'terminal', container: { id, name }, session, title: name });
}

function Stopped({ box, start }: { box: ContainerView; start: () => void }) {
  if (box.state === 'starting') return <EmptyState title={`${box.name} is starting…`} />;
  return (
    <EmptyState
      title={`${box.name} is not running`}
      action={
        <Button variant="primary" onClick={start}>
          Start {box.name}
        </Button>
      }
      command={`box start ${box.name}`}
    >
      A terminal needs a running box.
    </EmptyState>
  );
}

function NoTerminal({ box, open }: { box: ContainerView; open: () => void }) {
  return (
    <EmptyState
      title="This box runs without a terminal"
      action={
        <Button variant="primary" onClick={open}>
          Open a shell
        </Button>
      }
      command={`box exec -it ${box.name} sh`}
    >
      Open a shell beside its program. It lives in the box until it exits, whoever looks.
    </EmptyState>
  );
}
