import type { PruneReport } from '@boxyard/api';
import type { Agent } from '../agent/agent.ts';
import { type PruneOptions, pruneOptions, pruneWish, runPrune } from '../session/prune.ts';
import { defineVerb } from '../verb.ts';

interface SystemPruneOptions extends PruneOptions {
  all?: boolean;
  volumes?: boolean;
}

/** Boxes first: what they used is free then. A preview takes them for gone. */
async function prune(agent: Agent, options: SystemPruneOptions, dryRun: boolean): Promise<PruneReport[]> {
  const wish = pruneWish(options.filter);
  const boxes = await agent.mutate('containers.prune', { ...wish, dryRun });
  const assumeRemoved = boxes.items.map(({ id }) => id);
  const images = await agent.mutate('images.prune', {
    ...wish,
    all: options.all === true,
    dryRun,
    assumeRemoved,
  });
  if (!options.volumes) return [boxes, images];
  const { labels } = wish;
  const volumes = await agent.mutate('volumes.prune', { all: false, labels, dryRun, assumeRemoved });
  return [boxes, images, volumes];
}

export default defineVerb<SystemPruneOptions>({
  examples: ['prune', 'prune -a --volumes --dry-run', 'prune -f --filter until=168h'],
  define: (command) =>
    pruneOptions(
      command
        .option('-a, --all', 'also images with a name that no box uses')
        .option('--volumes', 'also volumes that were made for boxes and that none mounts any more'),
    ),
  run({ options, agent }) {
    const flags = `${options.all ? ' -a' : ''}${options.volumes ? ' --volumes' : ''}`;
    return runPrune(
      {
        preview: () => prune(agent, options, true),
        remove: () => prune(agent, options, false),
        question: 'Remove all of this?',
        forced: `prune -f${flags}`,
      },
      options,
    );
  },
});
