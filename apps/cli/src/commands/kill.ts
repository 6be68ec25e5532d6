import { forEach } from '../output/errors.ts';
import { print } from '../output/print.ts';
import { defineVerb } from '../verb.ts';

export default defineVerb<{ signal: string }>({
  examples: ['kill web', 'kill -s HUP web', 'kill --signal 10 web'],
  define: (command) =>
    command
      .argument('<name...>', 'names, ids or unique prefixes of ids')
      .option('-s, --signal <signal>', 'name with or without SIG, or number', 'SIGKILL'),
  run: ({ args, options: { signal }, agent }) =>
    forEach(
      args,
      async (container) => {
        await agent.mutate('containers.kill', { container, signal });
        return container;
      },
      print,
    ),
});
