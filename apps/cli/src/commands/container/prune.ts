import { type PruneOptions, pruneOptions, pruneWish, runPrune } from '../../session/prune.ts';
import { defineVerb } from '../../verb.ts';

export default defineVerb<PruneOptions>({
  examples: ['container prune', 'container prune -f --filter until=24h', 'container prune --dry-run'],
  define: pruneOptions,
  run({ options, agent }) {
    const wish = pruneWish(options.filter);
    const ask = async (dryRun: boolean) => [await agent.mutate('containers.prune', { ...wish, dryRun })];
    return runPrune(
      {
        preview: () => ask(true),
        remove: () => ask(false),
        question: 'Remove these boxes, which do not run, with their files and logs?',
        forced: 'container prune -f',
      },
      options,
    );
  },
});
