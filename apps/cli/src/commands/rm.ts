import { forEach } from '../output/errors.ts';
import { print } from '../output/print.ts';
import { defineVerb } from '../verb.ts';

export default defineVerb<{ force?: boolean; volumes?: boolean }>({
  examples: ['rm web', 'box rm -f $(box ps -aq)'],
  define: (command) =>
    command
      .argument('<name...>', 'names, ids or unique prefixes of ids')
      .option('-f, --force', 'also a running one: it is killed first')
      .option('-v, --volumes', 'also its anonymous volumes'),
  run: ({ args, options, agent }) =>
    forEach(
      args,
      async (container) => {
        const { force = false, volumes = false } = options;
        await agent.mutate('containers.remove', { container, force, volumes });
        return container;
      },
      print,
    ),
});
