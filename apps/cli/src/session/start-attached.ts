import type { Agent } from '../agent/agent.ts';
import { Foreground } from './foreground.ts';
import { outcome } from './outcome.ts';
import { printPlan } from './plan.ts';
import { type ForegroundFlags, startOnce } from './run-foreground.ts';

/** `box start -a [-i]`: attach, start, stay until the end. @returns the exit code */
export async function startAttached(
  agent: Agent,
  container: string,
  flags: ForegroundFlags & { interactive?: boolean },
): Promise<number> {
  const { id, name, tty, openStdin } = await agent.query('containers.inspect', { container });
  const stdin = openStdin && (flags.interactive === true || tty);
  let pid: number | null = null;
  const frames = await agent.frames();
  const foreground = new Foreground(frames.client, {
    name,
    // From now on: what earlier lives printed is in the log.
    open: { container: id, offset: 'live', awaitStart: true, input: stdin, lossless: true },
    tty,
    stdin,
    sigProxy: flags.sigProxy,
    detachKeys: flags.detachKeys,
    initPid: () => pid,
  });
  foreground.ended.catch(() => undefined);
  await Promise.race([frames.connected, foreground.ended]);
  try {
    pid = (await startOnce(agent, id)).pid;
  } catch (error) {
    frames.client.close();
    foreground.abandon();
    throw error;
  }
  if (agent.debug) await printPlan(agent, id).catch(() => undefined);
  const ended = await foreground.ended;
  frames.client.close();
  return outcome(ended, name);
}
