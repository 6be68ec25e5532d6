import type { CreateInput } from '@boxyard/api';
import { BoxError } from '@boxyard/spec';
import type { Agent } from '../agent/agent.ts';
import { createContainer, type ImageWish } from './create-container.ts';
import { type ForegroundFlags, startInForeground } from './start-foreground.ts';

/** `box run` without -d: create, attach, start, stay until the end. @returns the exit code */
export async function runForeground(
  agent: Agent,
  request: CreateInput & { id: string },
  flags: ForegroundFlags & ImageWish,
): Promise<number> {
  // Connected while the container is made.
  const frames = agent.frames();
  const container = await createContainer(agent, request, flags);
  try {
    return await startInForeground(agent, await frames, container, {
      ...flags,
      stdin: request.openStdin === true,
    });
  } catch (error) {
    if (request.autoRemove) await removeIfNeverStarted(agent, container.id);
    throw error;
  }
}

/** A box of --rm that could not be started never ends, so nothing else would remove it. One that runs is left alone. */
export async function removeIfNeverStarted(agent: Agent, container: string): Promise<void> {
  await agent.mutate('containers.remove', { container, force: false }).catch((error: unknown) => {
    if (!(error instanceof BoxError)) throw error;
  });
}
