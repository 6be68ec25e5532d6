import type { TerminalView } from '@boxyard/api';
import { allowedStates, BoxError, can } from '@boxyard/spec';
import type { Agent } from '../agent/agent.ts';

/** What `box attach NAME` means. */
export interface AttachTarget {
  /** For messages, and to attach again. */
  name: string;
  container: string;
  /** Exec session; absent: the box's own streams. */
  session?: string;
  tty: boolean;
  openStdin: boolean;
  /** Host pid of process 1, where the session is its. */
  pid: number | null;
}

/**
 * A box of that name or id, else a session of that name or id.
 * @throws BoxError NOT_FOUND, AMBIGUOUS, WRONG_STATE
 */
export async function findTarget(agent: Agent, reference: string): Promise<AttachTarget> {
  const box = await agent.query('containers.inspect', { container: reference }).catch((error: unknown) => {
    if (error instanceof BoxError && (error.code === 'NOT_FOUND' || error.code === 'AMBIGUOUS')) return error;
    throw error;
  });
  if (box instanceof BoxError) return sessionTarget(await findSession(agent, reference, box));
  const { id, name, tty, openStdin, pid, state } = box;
  if (can('attach', state)) return { name, container: id, tty, openStdin, pid };
  throw new BoxError(
    'WRONG_STATE',
    `${name} is ${state}; only one that is ${allowedStates('attach').join(' or ')} can be attached to`,
    { hint: `box start -a ${name}` },
  );
}

async function findSession(agent: Agent, reference: string, noBox: BoxError): Promise<TerminalView> {
  try {
    return await agent.query('terminals.find', { session: reference });
  } catch (error) {
    if (!(error instanceof BoxError) || error.code !== 'NOT_FOUND') throw error;
    if (noBox.code === 'AMBIGUOUS') throw noBox;
    throw new BoxError('NOT_FOUND', `no box and no session is called "${reference}"`, {
      hint: noBox.hint?.startsWith('did you mean') ? noBox.hint : (error.hint ?? ''),
    });
  }
}

function sessionTarget({ name, container, session, running }: TerminalView): AttachTarget {
  if (!running) {
    throw new BoxError('WRONG_STATE', `the session ${name} has ended`, {
      hint: `a new one: box exec -it ${container.name} sh`,
    });
  }
  return { name, container: container.id, session, tty: true, openStdin: true, pid: null };
}
