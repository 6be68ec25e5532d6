import { checkArchiveOutput, writeArchive } from '../../output/archive-output.ts';
import { defineVerb } from '../../verb.ts';

export default defineVerb<{ output?: string }>({
  examples: ['volume export -o data.tar data', 'volume export data | zstd > data.tar.zst'],
  define: (command) =>
    command
      .argument('<name>', 'a volume, in use or not')
      .option('-o, --output <file>', 'write to a file instead of stdout'),
  async run({ args: [volume = ''], options: { output }, agent }) {
    checkArchiveOutput('volume export', output);
    const { transfer } = await agent.mutate('volumes.export', { volume });
    await writeArchive(agent.download(transfer), output);
    return 0;
  },
});
