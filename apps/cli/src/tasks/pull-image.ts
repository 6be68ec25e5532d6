import type { Credential, TaskView } from '@boxyard/api';
import { parseImageReference } from '@boxyard/spec';
import type { Agent } from '../agent/agent.ts';
import { errorLine } from '../output/errors.ts';
import { note } from '../output/print.ts';
import { followTask, type TaskDisplay } from './follow.ts';

/** Pulls an image with the caller's own credentials, if there are any. @returns the task, done; `result` is set */
export async function pullImage(
  agent: Agent,
  { image, platform }: { image: string; platform: string | undefined },
  display: TaskDisplay,
): Promise<TaskView> {
  const credential = await ownCredential(image);
  const request = {
    image,
    ...(platform === undefined ? {} : { platform }),
    ...(credential === undefined ? {} : { credential }),
  };
  return followTask(agent, () => agent.mutate('images.pull', request), display);
}

/** What Docker's configuration of the calling user has for the registry of an image. One that cannot be read is told and done without. */
export async function ownCredential(image: string): Promise<Credential | undefined> {
  const registry = parseImageReference(image)?.registry;
  if (registry === undefined) return undefined;
  // Loaded here alone: other commands start faster without it.
  const { CredentialFile, userCredentialPath } = await import('@boxyard/registry/credentials');
  try {
    return await new CredentialFile(userCredentialPath(process.env)).find(registry);
  } catch (error) {
    note(`box: ${errorLine(error)}; asking ${registry} without your password`);
    return undefined;
  }
}
