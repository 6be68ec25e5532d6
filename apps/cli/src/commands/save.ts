import { BoxError } from '@boxyard/spec';
import { checkArchiveOutput, writeArchive } from '../output/archive-output.ts';
import { defineVerb } from '../verb.ts';

interface SaveOptions {
  output?: string;
  format: string;
}

export default defineVerb<SaveOptions>({
  examples: [
    'save -o web.tar web:v1',
    'save debian busybox | zstd > images.tar.zst',
    'save --format oci -o layout.tar web:v1',
  ],
  define: (command) =>
    command
      .argument('<image...>', 'names or ids; an image given by id is saved without names')
      .option('-o, --output <file>', 'write to a file instead of stdout')
      .option(
        '--format <format>',
        'docker: what docker, podman and skopeo load. oci: an image layout with the digests of the registry',
        'docker',
      ),
  async run({ args, options: { output, format }, agent }) {
    if (format !== 'docker' && format !== 'oci') {
      throw new BoxError('INVALID_ARGUMENT', `--format: "${format}" is no format of an archive`, {
        hint: 'use docker or oci',
      });
    }
    checkArchiveOutput('save', output);
    const { transfer } = await agent.mutate('images.save', { images: args, format });
    await writeArchive(agent.download(transfer), output);
    return 0;
  },
});
