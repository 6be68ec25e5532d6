import { write } from '../output/print.ts';
import { style } from '../output/style.ts';
import { buildCommand, defineVerb } from '../verb.ts';
import { ALIASES, GROUPS as COMMAND_GROUPS, findVerb, VERBS } from '../verbs.ts';

/** Every command has its place (a test sees to it). */
export const SECTIONS: Record<string, string[]> = {
  Boxes: ['run', 'create', 'start', 'stop', 'restart', 'kill', 'rm', 'wait', 'rename', 'container'],
  'Looking inside': ['ps', 'top', 'stats', 'events', 'logs', 'exec', 'attach', 'sessions', 'inspect'],
  'Files of boxes': ['cp', 'diff', 'export', 'commit'],
  Images: [
    'images',
    'pull',
    'push',
    'load',
    'save',
    'import',
    'history',
    'tag',
    'rmi',
    'login',
    'logout',
    'image',
  ],
  'Volumes and disk': ['volume', 'df', 'prune'],
  Boxyard: ['ui', 'user', 'tasks', 'info', 'doctor', 'system', 'completion', 'version', 'help'],
};

function overview(): string {
  const groups = Object.entries(SECTIONS).map(([title, names]) => {
    const lines = names.map(
      (name) => `  ${name.padEnd(10)} ${(VERBS[name] ?? COMMAND_GROUPS[name])?.summary ?? ''}`,
    );
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

function groupHelp(name: string): string {
  const verbs = Object.entries(COMMAND_GROUPS[name]?.verbs ?? {});
  const lines = verbs.map(([verb, { summary }]) => `  ${verb.padEnd(10)} ${summary}`);
  return `Usage: box ${name} COMMAND [ARGUMENTS]

${COMMAND_GROUPS[name]?.summary}

${lines.join('\n')}

"box ${name} COMMAND --help" shows flags and examples.
`;
}

export default defineVerb<object>({
  examples: ['help run', 'help volume create'],
  define: (command) => command.argument('[command...]', 'one of "box help"'),
  async run({ args }) {
    if (args.length === 0) {
      write(overview());
      return 0;
    }
    const named = findVerb(args);
    if (named.kind === 'group') {
      write(groupHelp(named.name));
      return 0;
    }
    const { default: verb } = await named.entry.load();
    let text = '';
    buildCommand(named.name, named.entry.summary, verb)
      .configureOutput({ writeOut: (part) => (text += part) })
      .outputHelp();
    write(text);
    return 0;
  },
});
