import { defineVerb } from '../verb.ts';

export default defineVerb<object>({
  examples: ['rename web web-old'],
  define: (command) =>
    command.argument('<name>', 'name, id or unique prefix of an id').argument('<new-name>'),
  async run({ args: [container = '', name = ''], agent }) {
    await agent.mutate('containers.rename', { container, name });
    return 0;
  },
});
