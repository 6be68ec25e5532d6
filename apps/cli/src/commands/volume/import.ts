import { createReadStream } from 'node:fs';
import { archiveSource } from '../../session/archive-input.ts';
import { openStandardInput } from '../../session/standard-input.ts';
import { defineVerb } from '../../verb.ts';

export default defineVerb<object>({
  examples: ['volume import data data.tar.zst', 'ssh host box volume export data | box volume import data'],
  define: (command) =>
    command
      .argument('<name>', 'a volume; what is in it stays unless the archive has it too')
      .argument('[file]', 'archive (plain, .gz, .zst, .xz); stdin otherwise'),
  async run({ args: [volume = '', file], agent }) {
    const source = archiveSource(file, 'volume import', `box volume import ${volume} < data.tar`);
    const body = source.kind === 'path' ? createReadStream(source.path) : openStandardInput();
    const { transfer } = await agent.mutate('volumes.import', { volume });
    await agent.transfer(transfer, body);
    return 0;
  },
});
