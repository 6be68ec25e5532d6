import { type PruneOptions, pruneOptions, pruneWish, runPrune } from '../../session/prune.ts';
import { defineVerb } from '../../verb.ts';

export default defineVerb<PruneOptions & { all?: boolean }>({
  examples: ['image prune', 'image prune --all --filter until=720h', 'image prune -a --dry-run'],
  define: (command) => pruneOptions(command.option('-a, --all', 'also images with a name that no box uses')),
  run({ options, agent }) {
    const { all = false, filter } = options;
    const wish = { all, ...pruneWish(filter) };
    const ask = async (dryRun: boolean) => [await agent.mutate('images.prune', { ...wish, dryRun })];
    return runPrune(
      {
        preview: () => ask(true),
        remove: () => ask(false),
        question: all
          ? 'Remove these images, which no box uses?'
          : 'Remove these images, which have no name?',
        forced: `image prune -f${all ? ' -a' : ''}`,
      },
      options,
    );
  },
});
