import { BoxError, nearest } from '@boxyard/spec';
import { write } from '../output/print.ts';
import { style } from '../output/style.ts';
import { buildCommand, defineVerb } from '../verb.ts';
import { ALIASES, VERBS } from '../verbs.ts';

const GROUPS: Record<string, string[]> = {
  Boxes: ['run', 'create', 'start', 'stop', 'restart', 'kill', 'rm', 'wait', 'rename'],
  'Looking inside': ['ps', 'top', 'logs', 'exec', 'attach', 'sessions', 'inspect'],
  Images: ['images', 'import', 'tag', 'rmi'],
  Boxyard: ['ui', 'user', 'info', 'doctor', 'completion', 'version', 'help'],
};

function overview(): string {
  const groups = Object.entries(GROUPS).map(([title, names]) => {
    const lines = names.map((name) => `  ${name.padEnd(10)} ${VERBS[name]?.summary ?? ''}`);
    return `${style(title, 'bold')}\n${lines.join('\n')}\n`;
  });
  return `Usage: box COMMAND [ARGUMENTS]

Linux containers ("boxes") without Docker.

${groups.join('\n')}
Aliases: ${Object.entries(ALIASES)
    .map(([alias, name]) => `${alias} = ${name}`)
    .join(', ')}. "box help COMMAND" or "box COMMAND --help" shows flags and examples.

Example:
  box run -it busybox
`;
}

export default defineVerb<object>({
  examples: ['help run'],
  define: (command) => command.argument('[command]', 'one of "box help"'),
  async run({ args: [word] }) {
    if (word === undefined) {
      write(overview());
      return 0;
    }
    const name = ALIASES[word] ?? word;
    const entry = VERBS[name];
    if (!entry) {
      const near = nearest(word, Object.keys(VERBS));
      throw new BoxError('INVALID_ARGUMENT', `help: there is no command "${word}"`, {
        hint: near ? `did you mean "${near}"?` : '"box help" lists the commands',
      });
    }
    const { default: verb } = await entry.load();
    let text = '';
    buildCommand(name, entry.summary, verb)
      .configureOutput({ writeOut: (part) => (text += part) })
      .outputHelp();
    write(text);
    return 0;
  },
});
