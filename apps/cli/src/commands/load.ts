import { isatty } from 'node:tty';
import type { ImageView } from '@boxyard/api';
import { BoxError } from '@boxyard/spec';
import { note, print } from '../output/print.ts';
import { archiveSource, sendArchive } from '../session/archive-input.ts';
import { defineVerb } from '../verb.ts';

export default defineVerb<{ input?: string; quiet?: boolean }>({
  examples: ['load -i web.tar', 'load ./layout', 'ssh host docker save web | box load'],
  define: (command) =>
    command
      .argument(
        '[source]',
        'archive of docker, podman, skopeo or buildx (plain, .gz, .zst, .xz), or a directory; stdin otherwise',
      )
      .option('-i, --input <file>', 'read this file or directory')
      .option('-q, --quiet', 'print names and ids alone'),
  async run({ args: [source], options: { input, quiet }, agent }) {
    if (source !== undefined && input !== undefined) {
      throw new BoxError('INVALID_ARGUMENT', 'load: there are two sources', {
        hint: `leave one away: ${source}, or -i ${input}`,
      });
    }
    const file = source ?? input;
    const from = archiveSource(file, 'load', 'box load < images.tar');
    if (!quiet && isatty(2)) note(`loading ${from.kind === 'upload' ? 'from stdin' : file} …`);
    const answer = await agent.mutate('images.load', { source: from });
    for (const { id, tags } of [await sendArchive<ImageView>(agent, answer)].flat()) {
      if (tags.length === 0) print(quiet ? `sha256:${id}` : `Loaded image ID: sha256:${id}`);
      for (const tag of tags) print(quiet ? tag : `Loaded image: ${tag}`);
    }
    return 0;
  },
});
