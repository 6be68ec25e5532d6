import { isatty } from 'node:tty';
import type { ImageView } from '@boxyard/api';
import { BoxError } from '@boxyard/spec';
import { environment } from '../options/create-request.ts';
import { note, print } from '../output/print.ts';
import { archiveSource, sendArchive } from '../session/archive-input.ts';
import { collect, defineVerb } from '../verb.ts';

interface ImportOptions {
  name?: string;
  cmd?: string;
  entrypoint?: string;
  env?: string[];
  workdir?: string;
  user?: string;
}

/** `["sh","-c","x"]` as JSON, anything else as words for a shell, as a Dockerfile's CMD takes them. */
export function parseCommand(text: string): string[] {
  if (!text.startsWith('[')) return text === '' ? [] : ['/bin/sh', '-c', text];
  try {
    const words: unknown = JSON.parse(text);
    if (Array.isArray(words) && words.every((word) => typeof word === 'string')) return words;
  } catch {}
  throw new BoxError('INVALID_ARGUMENT', `${text} is no list of words`, {
    hint: 'write it like \'["sh", "-c", "ls"]\'',
  });
}

function checkName(name: string | undefined): void {
  if (name !== undefined) return;
  throw new BoxError('INVALID_ARGUMENT', 'import: an archive from stdin needs a name', {
    hint: 'write: box import - NAME',
  });
}

export default defineVerb<ImportOptions>({
  examples: [
    'import debian.tar.gz',
    'import ./images',
    'import - mine:v1 < root.tar.zst',
    `import root.tar --cmd '["bash"]'`,
  ],
  define: (command) =>
    command
      .argument(
        '<source>',
        'tar archive (plain, .gz, .zst, .xz), directory with image.json and rootfs/, or - for stdin',
      )
      .argument('[name]', "name[:tag]; the file's name without its ending otherwise")
      .option('--cmd <command>', 'default command: words for a shell, or a JSON list')
      .option('--entrypoint <command>', 'default entrypoint: words for a shell, or a JSON list')
      .option('-e, --env <key=value>', 'default environment variable', collect)
      .option('-w, --workdir <directory>', 'default working directory')
      .option('-u, --user <user>', 'default user'),
  async run({ args: [source = '', name], options, agent }) {
    const config = {
      ...(name === undefined ? {} : { name }),
      ...(options.cmd === undefined ? {} : { command: parseCommand(options.cmd) }),
      ...(options.entrypoint === undefined ? {} : { entrypoint: parseCommand(options.entrypoint) }),
      ...(options.env === undefined ? {} : { env: environment({ env: options.env }) }),
      ...(options.workdir === undefined ? {} : { workdir: options.workdir }),
      ...(options.user === undefined ? {} : { user: options.user }),
    };
    if (source === '-') checkName(name);
    const from = archiveSource(source, 'import', 'box import - NAME < root.tar.gz');
    if (isatty(2)) note(`importing ${source === '-' ? 'from stdin' : source} …`);
    const answer = await agent.mutate('images.import', { source: from, ...config });
    for (const { id, tags } of [await sendArchive<ImageView>(agent, answer)].flat()) print(tags[0] ?? id);
    return 0;
  },
});
