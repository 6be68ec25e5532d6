import { defineVerb } from '../verb.ts';

export default defineVerb<object>({
  examples: ['tag busybox tools:v1'],
  define: (command) => command.argument('<image>', 'name or id').argument('<new-name>', 'name[:tag]'),
  async run({ args: [image = '', tag = ''], agent }) {
    await agent.mutate('images.tag', { image, tag });
    return 0;
  },
});
