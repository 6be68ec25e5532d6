import type { ContainerView, ExecView } from '@boxyard/api';
import { useEffect, useState } from 'react';
import { api } from '../lib/api';
import { Button } from './ui/button';

/** The shells that run in the box already, to come back to. */
export function Sessions({ container, join }: { container: ContainerView; join: (id: string) => void }) {
  const [sessions, setSessions] = useState<ExecView[]>([]);
  const { id } = container;
  useEffect(() => {
    let gone = false;
    // Only an offer beside the main one: without an answer there is nothing to join.
    api.containers.inspect.query({ container: id }).then(
      ({ execs }) => gone || setSessions(execs.filter(({ running, tty }) => running && tty)),
      () => undefined,
    );
    return () => {
      gone = true;
    };
  }, [id]);
  if (sessions.length === 0) return null;
  return (
    <>
      <p className="mt-3">Or go back to one that still runs:</p>
      <ul className="flex flex-col gap-1.5">
        {sessions.map((session) => (
          <li key={session.id}>
            <Button onClick={() => join(session.id)}>
              Shell {session.id.slice(0, 6)}
              {session.pid && <span className="font-normal text-quiet">process {session.pid}</span>}
            </Button>
          </li>
        ))}
      </ul>
    </>
  );
}
