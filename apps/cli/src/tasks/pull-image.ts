import type { TaskView } from '@boxyard/api';
import type { Agent } from '../agent/agent.ts';
import { followTask, type TaskDisplay } from './follow.ts';

/** Pulls an image. @returns the task, done; `result` is set */
export async function pullImage(
  agent: Agent,
  { image, platform }: { image: string; platform: string | undefined },
  display: TaskDisplay,
): Promise<TaskView> {
  const request = {
    image,
    ...(platform === undefined ? {} : { platform }),
  };
  return followTask(agent, () => agent.mutate('images.pull', request), display);
}
