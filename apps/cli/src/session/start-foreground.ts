import type { ContainerView } from '@boxyard/api';
import type { FrameClient } from '@boxyard/api/client';
import { BoxError } from '@boxyard/spec';
import type { Agent } from '../agent/agent.ts';
import { Foreground } from './foreground.ts';
import { outcome } from './outcome.ts';
import { printPlan } from './plan.ts';

export interface ForegroundFlags {
  sigProxy: boolean;
  detachKeys?: string;
}

/**
 * Attaches to a container that does not run, starts it and stays until its end. Attaching comes first, so that nothing is missed, and
 * is lossless: what the box prints waits for us rather than being dropped.
 * @returns the exit code
 */
export async function startInForeground(
  agent: Agent,
  client: FrameClient,
  container: Pick<ContainerView, 'id' | 'name' | 'tty'>,
  flags: ForegroundFlags & { stdin: boolean },
): Promise<number> {
  const { id, name, tty } = container;
  let pid: number | null = null;
  const foreground = new Foreground(client, {
    name,
    open: { container: id, offset: 'live', awaitStart: true, input: flags.stdin, lossless: true },
    tty,
    stdin: flags.stdin,
    sigProxy: flags.sigProxy,
    detachKeys: flags.detachKeys,
    initPid: () => pid,
  });
  // Looked at below, once the start is over.
  foreground.ended.catch(() => undefined);
  try {
    await foreground.opened;
    pid = await startOnce(agent, id);
  } catch (error) {
    client.close();
    foreground.abandon();
    throw error;
  }
  foreground.readInput();
  if (agent.debug) await printPlan(agent, id).catch(() => undefined);
  const ended = await foreground.ended;
  client.close();
  return outcome(ended, name);
}

/** Starts, also when the agent goes away meanwhile: then "it runs already" means that the first try succeeded. @returns the host pid */
async function startOnce(agent: Agent, container: string): Promise<number | null> {
  const { rows = 0, columns = 0 } = process.stdout.isTTY ? process.stdout : {};
  let tries = 0;
  try {
    const started = await agent.persistently(() => {
      tries++;
      return agent.mutate('containers.start', {
        container,
        ...(rows > 0 && columns > 0 ? { rows, columns } : {}),
      });
    });
    return started.pid;
  } catch (error) {
    if (tries > 1 && error instanceof BoxError && error.code === 'WRONG_STATE') {
      return (await agent.query('containers.inspect', { container })).pid;
    }
    throw error;
  }
}
