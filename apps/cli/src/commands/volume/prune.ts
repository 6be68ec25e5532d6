import { BoxError, formatSize } from '@boxyard/spec';
import { print, write } from '../../output/print.ts';
import { confirm } from '../../session/confirm.ts';
import { collect, defineVerb } from '../../verb.ts';

interface PruneOptions {
  all?: boolean;
  force?: boolean;
  dryRun?: boolean;
  filter?: string[];
}

export default defineVerb<PruneOptions>({
  examples: ['volume prune', 'volume prune --all --dry-run', 'volume prune -f --filter label=env=test'],
  define: (command) =>
    command
      .option('-a, --all', 'also those with a name, not only those made for boxes')
      .option('-f, --force', 'do not ask')
      .option('--dry-run', 'only say what would be removed')
      .option('--filter <label=key[=value]>', 'only those with this label; may be repeated', collect),
  async run({ options: { all = false, force = false, dryRun = false, filter = [] }, agent }) {
    const wish = { all, labels: filter.map(labelOf) };
    const preview = await agent.mutate('volumes.prune', { ...wish, dryRun: true });
    if (preview.items.length === 0) {
      print('nothing to remove');
      return 0;
    }
    if (dryRun || !force) {
      write(preview.items.map(({ name, bytes }) => `${name}   ${formatSize(bytes)}\n`).join(''));
    }
    if (dryRun) {
      print(`would free ${formatSize(preview.reclaimed)}`);
      return 0;
    }
    if (!force) await confirm('Remove these volumes and everything in them?', 'volume prune -f');
    const { items, reclaimed } = await agent.mutate('volumes.prune', { ...wish, dryRun: false });
    if (force) write(items.map(({ name }) => `${name}\n`).join(''));
    print(`freed ${formatSize(reclaimed)}`);
    return 0;
  },
});

function labelOf(filter: string): string {
  if (filter.startsWith('label=')) return filter.slice('label='.length);
  throw new BoxError('INVALID_ARGUMENT', `--filter ${filter}: pruning knows no such filter`, {
    hint: 'use label=KEY[=VALUE]',
  });
}
