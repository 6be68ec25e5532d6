import type { TaskView } from '@boxyard/api';
import { formatSize } from '@boxyard/spec';
import { note, print } from '../../output/print.ts';
import { followTask } from '../../tasks/follow.ts';
import { type ProgressOptions, progressOptions, taskDisplay } from '../../tasks/progress.ts';
import { defineVerb } from '../../verb.ts';

/** Something is damaged: not a failure of the command, but nothing to go on with. */
const EXIT_DAMAGED = 1;

function report({ result }: TaskView): number {
  const { blobs = 0, layers = 0, bytes = 0, damaged = [] } = result?.verified ?? {};
  for (const { what, images } of damaged) {
    print(`${what}; needed by ${images.join(', ') || 'no image'}`);
  }
  print(
    `${blobs} blobs and ${layers} layers (${formatSize(bytes)}) were read, ${damaged.length} are damaged`,
  );
  if (damaged.length === 0) return 0;
  note("box: 'box pull' of an image heals what it needs");
  return EXIT_DAMAGED;
}

export default defineVerb<ProgressOptions>({
  examples: ['image verify', 'image verify debian'],
  define: (command) =>
    progressOptions(command.argument('[image]', 'only what this one needs; else everything')),
  async run({ args: [image], options, agent }) {
    const wish = image === undefined ? {} : { image };
    return report(await followTask(agent, () => agent.mutate('images.verify', wish), taskDisplay(options)));
  },
});
