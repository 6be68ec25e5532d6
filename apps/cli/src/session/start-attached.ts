import type { Agent } from '../agent/agent.ts';
import { type ForegroundFlags, startInForeground } from './start-foreground.ts';

/** `box start -a [-i]`: attach, start, stay until the end. @returns the exit code */
export async function startAttached(
  agent: Agent,
  name: string,
  flags: ForegroundFlags & { interactive?: boolean },
): Promise<number> {
  const frames = agent.frames();
  const container = await agent.query('containers.inspect', { container: name });
  const stdin = container.openStdin && (flags.interactive === true || container.tty);
  return startInForeground(agent, await frames, container, { ...flags, stdin });
}
