import { forEach } from '../../output/errors.ts';
import { print } from '../../output/print.ts';
import { defineVerb } from '../../verb.ts';

export default defineVerb<{ force?: boolean }>({
  examples: ['volume rm data', 'box volume rm $(box volume ls -q --filter dangling=true)'],
  define: (command) =>
    command
      .argument('<name...>', 'volumes; everything in them is deleted')
      .option('-f, --force', 'do not mind those that are not there'),
  run: ({ args, options: { force = false }, agent }) =>
    forEach(
      args,
      async (volume) => {
        await agent.mutate('volumes.remove', { volume, force });
        return volume;
      },
      print,
    ),
});
