import type { ContainerView, CreateInput } from '@boxyard/api';
import { BoxError } from '@boxyard/spec';
import type { Agent } from '../agent/agent.ts';
import { Foreground } from './foreground.ts';
import { outcome } from './outcome.ts';
import { printPlan } from './plan.ts';

export interface ForegroundFlags {
  sigProxy: boolean;
  detachKeys?: string;
}

/** `box run` without -d: create, attach, start, stay until the end. @returns the exit code */
export async function runForeground(
  agent: Agent,
  request: CreateInput & { id: string },
  flags: ForegroundFlags,
): Promise<number> {
  const { id } = request;
  const { name } = await agent.persistently(() => agent.mutate('containers.create', request));
  let pid: number | null = null;
  const frames = await agent.frames();
  const foreground = new Foreground(frames.client, {
    name,
    // Before the start, so that nothing is missed; lossless: what the box prints waits for us rather than being dropped.
    open: {
      container: id,
      offset: 'start',
      awaitStart: true,
      input: request.openStdin === true,
      lossless: true,
    },
    tty: request.tty === true,
    stdin: request.openStdin === true,
    sigProxy: flags.sigProxy,
    detachKeys: flags.detachKeys,
    initPid: () => pid,
  });
  // Handled below, once the start is over.
  foreground.ended.catch(() => undefined);
  await Promise.race([frames.connected, foreground.ended]);
  try {
    const started = await startOnce(agent, id);
    pid = started.pid;
  } catch (error) {
    frames.client.close();
    foreground.abandon();
    if (request.autoRemove) await removeAfterFailure(agent, id);
    throw error;
  }
  if (agent.debug) await printPlan(agent, id).catch(() => undefined);
  const ended = await foreground.ended;
  frames.client.close();
  return outcome(ended, name);
}

/** Starts, also when the agent goes away meanwhile: then "it runs already" means that the first try succeeded. */
export async function startOnce(agent: Agent, container: string): Promise<Pick<ContainerView, 'pid'>> {
  const size = process.stdout.isTTY ? { rows: process.stdout.rows, columns: process.stdout.columns } : {};
  let tries = 0;
  try {
    return await agent.persistently(() => {
      tries++;
      return agent.mutate('containers.start', { container, ...(size.rows && size.columns ? size : {}) });
    });
  } catch (error) {
    if (tries > 1 && error instanceof BoxError && error.code === 'WRONG_STATE') {
      return agent.query('containers.inspect', { container });
    }
    throw error;
  }
}

/** A box of --rm that could not be started is removed by the agent; we only make sure of it. */
async function removeAfterFailure(agent: Agent, container: string): Promise<void> {
  await agent.mutate('containers.remove', { container, force: true }).catch((error: unknown) => {
    if (!(error instanceof BoxError) || error.code !== 'NOT_FOUND') throw error;
  });
}
