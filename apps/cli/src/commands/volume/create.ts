import { BoxError } from '@boxyard/spec';
import { print } from '../../output/print.ts';
import { collect, defineVerb } from '../../verb.ts';

interface CreateOptions {
  name?: string;
  label?: string[];
}

export default defineVerb<CreateOptions>({
  examples: ['volume create data', 'volume create --label env=test'],
  define: (command) =>
    command
      .argument('[name]', 'its name; one of 64 digits is made otherwise')
      .option('--name <name>', 'the same')
      .option('-l, --label <key=value>', 'label', collect),
  async run({ args: [argument], options: { name = argument, label = [] }, agent }) {
    if (argument !== undefined && name !== argument) {
      throw new BoxError('INVALID_ARGUMENT', `volume create: two names, "${argument}" and "${name}"`, {
        hint: 'leave one away',
      });
    }
    const labels = Object.fromEntries(
      label.map((text): [string, string] => {
        const [key = '', value = ''] = text.split(/=(.*)/s, 2);
        return [key, value];
      }),
    );
    const volume = await agent.mutate('volumes.create', { ...(name === undefined ? {} : { name }), labels });
    print(volume.name);
    return 0;
  },
});
