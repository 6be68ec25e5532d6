import type { TaskView } from '@boxyard/api';
import type { Agent } from '../agent/agent.ts';
import { exitCodeFor, reportError } from '../output/errors.ts';
import { print } from '../output/print.ts';
import { type ProgressOptions, progressOptions, taskDisplay } from '../tasks/progress.ts';
import { pullImage } from '../tasks/pull-image.ts';
import { defineVerb } from '../verb.ts';

type PullOptions = ProgressOptions & { platform?: string };

async function pull(agent: Agent, image: string, options: PullOptions): Promise<void> {
  const task = await pullImage(agent, { image, platform: options.platform }, taskDisplay(options));
  if (options.quiet) print(task.result?.image ?? '');
  else printOutcome(task);
}

/** The last lines as Docker has them, for those who read them by program. */
function printOutcome({ items, result, subject }: TaskView): void {
  const news = items.some(({ state }) => state !== 'exists');
  print(`Digest: ${result?.digest}`);
  print(`Status: ${news ? 'Downloaded newer image for' : 'Image is up to date for'} ${subject}`);
  print(result?.name ?? subject);
}

export default defineVerb<PullOptions>({
  examples: ['pull nginx', 'pull ghcr.io/team/app:v2', 'pull --platform linux/arm64 debian'],
  define: (command) =>
    progressOptions(
      command
        .argument('<image...>', 'names as registries know them: name[:tag] or name@sha256:…')
        .option('--platform <platform>', "another than this machine's: linux/arm64, linux/arm/v7"),
    ),
  async run({ args, options, agent }) {
    // One after the other: each has the whole terminal and the whole line.
    let code = 0;
    for (const image of args) {
      try {
        await pull(agent, image, options);
      } catch (error) {
        reportError(error);
        code ||= exitCodeFor(error);
      }
    }
    return code;
  },
});
