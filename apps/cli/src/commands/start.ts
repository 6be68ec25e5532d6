import { BoxError } from '@boxyard/spec';
import { forEach } from '../output/errors.ts';
import { print } from '../output/print.ts';
import { printPlan } from '../session/plan.ts';
import { startAttached } from '../session/start-attached.ts';
import { defineVerb } from '../verb.ts';

interface StartOptions {
  attach?: boolean;
  interactive?: boolean;
  sigProxy: boolean;
  detachKeys?: string;
}

export default defineVerb<StartOptions>({
  examples: ['start web', 'start -a job', 'start web db'],
  define: (command) =>
    command
      .argument('<name...>', 'names, ids or unique prefixes of ids')
      .option('-a, --attach', 'show its output and forward signals; exit with its code')
      .option('-i, --interactive', 'also connect stdin')
      .option('--sig-proxy', 'forward signals', true)
      .option('--no-sig-proxy', 'do not forward signals')
      .option('--detach-keys <keys>', 'keys that detach (ctrl-p,ctrl-q)'),
  async run({ args, options, agent }) {
    const attach = options.attach === true || options.interactive === true;
    if (attach) {
      if (args.length > 1) {
        throw new BoxError('INVALID_ARGUMENT', 'start: only one box can be attached to', {
          hint: 'leave -a and -i out, or name one box',
        });
      }
      return startAttached(agent, args[0] ?? '', options);
    }
    return forEach(
      args,
      async (container) => {
        await agent.mutate('containers.start', { container });
        if (agent.debug) await printPlan(agent, container);
        return container;
      },
      print,
    );
  },
});
