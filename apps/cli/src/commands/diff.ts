import { print } from '../output/print.ts';
import { defineVerb } from '../verb.ts';

export default defineVerb<{ format?: string }>({
  examples: ['diff web', 'diff --format json web'],
  define: (command) =>
    command
      .argument('<name>', 'a box made from an image')
      .option('--format <format>', 'json: an array of changes'),
  async run({ args: [container = ''], options: { format }, agent }) {
    const changes = await agent.query('containers.diff', { container });
    if (format === 'json') print(JSON.stringify(changes, null, 2));
    else for (const { kind, path } of changes) print(`${kind} ${printable(path)}`);
    return 0;
  },
});

/** A name in a box may hold anything; a terminal would obey some of it. */
const printable = (path: string): string =>
  path.replaceAll(/[\p{Cc}\p{Cf}]/gu, (character) => `\\u{${character.codePointAt(0)?.toString(16)}}`);
