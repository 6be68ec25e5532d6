import { checkArchiveOutput, writeArchive } from '../output/archive-output.ts';
import { defineVerb } from '../verb.ts';

export default defineVerb<{ output?: string }>({
  examples: ['export -o web.tar web', 'export web | zstd > web.tar.zst'],
  define: (command) =>
    command
      .argument('<name>', 'a box, running or not; what is mounted in it is left out')
      .option('-o, --output <file>', 'write to a file instead of stdout'),
  async run({ args: [container = ''], options: { output }, agent }) {
    checkArchiveOutput('export', output);
    const { transfer } = await agent.mutate('containers.export', { container });
    await writeArchive(agent.download(transfer), output);
    return 0;
  },
});
