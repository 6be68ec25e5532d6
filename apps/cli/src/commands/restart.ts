import { forEach } from '../output/errors.ts';
import { print } from '../output/print.ts';
import { printPlan } from '../session/plan.ts';
import { defineVerb } from '../verb.ts';
import { type StopOptions, timeoutSeconds } from './stop.ts';

export default defineVerb<StopOptions>({
  examples: ['restart web'],
  define: (command) =>
    command
      .argument('<name...>', 'names, ids or unique prefixes of ids')
      .option('-t, --timeout <seconds>', "time before SIGKILL (the box's own, else 10)"),
  run: ({ args, options, agent }) => {
    const timeout = timeoutSeconds(options);
    return forEach(
      args,
      async (container) => {
        await agent.mutate('containers.restart', { container, ...timeout });
        if (agent.debug) await printPlan(agent, container);
        return container;
      },
      print,
    );
  },
});
