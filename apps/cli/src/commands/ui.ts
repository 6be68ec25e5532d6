import { print } from '../output/print.ts';
import { defineVerb } from '../verb.ts';

export default defineVerb<object>({
  examples: ['ui'],
  define: (command) => command,
  async run({ agent }) {
    const { url } = await agent.mutate('system.signInLink', undefined);
    print(url);
    return 0;
  },
});
