import { BoxError, exitCodeOf } from '@boxyard/spec';
import { forEach } from '../output/errors.ts';
import { print } from '../output/print.ts';
import { defineVerb } from '../verb.ts';

export default defineVerb<object>({
  examples: ['wait job', 'code=$(box wait job)'],
  define: (command) => command.argument('<name...>', 'names, ids or unique prefixes of ids'),
  run: ({ args, agent }) =>
    forEach(
      args,
      async (container) => {
        const { exit, name } = await agent.persistently(() => agent.query('containers.wait', { container }));
        if (exit?.kind === 'lost') {
          throw new BoxError('INTERNAL', `${name} is lost, its exit code is unknown: ${exit.reason}`);
        }
        if (!exit) {
          throw new BoxError('WRONG_STATE', `${name} was never started, so it has no exit code`, {
            hint: `box start ${name}`,
          });
        }
        return String(exitCodeOf(exit));
      },
      print,
    ),
});
