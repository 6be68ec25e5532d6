import { forEach } from '../output/errors.ts';
import { print } from '../output/print.ts';
import { defineVerb } from '../verb.ts';

export default defineVerb<{ force?: boolean }>({
  examples: ['rmi debian:old'],
  define: (command) =>
    command
      .argument('<image...>', 'names or ids')
      .option('-f, --force', 'also when it has other names or stopped boxes use it'),
  run: ({ args, options, agent }) =>
    forEach(
      args,
      async (image) => {
        const { untagged, deleted } = await agent.mutate('images.remove', {
          image,
          force: options.force === true,
        });
        return [...untagged.map((tag) => `Untagged: ${tag}`), ...deleted.map((id) => `Deleted: ${id}`)].join(
          '\n',
        );
      },
      print,
    ),
});
