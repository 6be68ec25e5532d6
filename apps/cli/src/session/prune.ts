import type { PruneReport } from '@boxyard/api';
import { BoxError, formatSize } from '@boxyard/spec';
import type { Command } from 'commander';
import { print, write } from '../output/print.ts';
import { formatTable } from '../output/table.ts';
import { collect } from '../verb.ts';
import { confirm } from './confirm.ts';

export interface PruneOptions {
  force?: boolean;
  dryRun?: boolean;
  filter?: string[];
}

export function pruneOptions(command: Command): Command {
  return command
    .option('-f, --force', 'do not ask')
    .option('--dry-run', 'only say what would be removed')
    .option(
      '--filter <filter>',
      'only what is older (until=24h, until=2026-01-31T12:00:00Z) or has a label (label=KEY[=VALUE], label!=KEY); may be repeated',
      collect,
    );
}

/** @throws BoxError INVALID_ARGUMENT for a filter that is not known */
export function pruneWish(filters: readonly string[] = []): { until?: string; labels: string[] } {
  const labels: string[] = [];
  let until: string | undefined;
  for (const filter of filters) {
    const [, key, not, value] = /^(\w+)(!?)=(.+)$/s.exec(filter) ?? [];
    if (key === 'label' && value) labels.push(`${not}${value}`);
    else if (key === 'until' && !not && value) until = value;
    else {
      throw new BoxError('INVALID_ARGUMENT', `--filter ${filter}: pruning knows no such filter`, {
        hint: 'use until=24h, label=KEY[=VALUE] or label!=KEY[=VALUE]',
      });
    }
  }
  return { labels, ...(until === undefined ? {} : { until }) };
}

export interface Prune {
  /** Reports of a dry run. */
  preview(): Promise<PruneReport[]>;
  remove(): Promise<PruneReport[]>;
  question: string;
  /** The command that does not ask. */
  forced: string;
}

/** Shows what would go, asks unless forced, removes, and says what was freed. */
export async function runPrune(
  prune: Prune,
  { force = false, dryRun = false }: PruneOptions,
): Promise<number> {
  if (!force || dryRun) {
    const reports = await prune.preview();
    if (reports.every(({ items }) => items.length === 0)) {
      print('nothing to remove');
      return 0;
    }
    write(describe(reports));
    if (dryRun) {
      print(`would free ${formatSize(sumOf(reports))}`);
      return 0;
    }
    await confirm(prune.question, prune.forced);
  }
  const reports = await prune.remove();
  if (force) write(describe(reports));
  print(`freed ${formatSize(sumOf(reports))}`);
  return 0;
}

/** What people know by name has a line; layers and blobs, which they do not, are counted. */
function describe(reports: readonly PruneReport[]): string {
  const items = reports.flatMap((report) => report.items);
  const named = items.filter(({ kind }) => kind !== 'layer' && kind !== 'blob');
  const hidden = items.filter(({ kind }) => kind === 'layer' || kind === 'blob');
  const rows = named.map(({ kind, name, bytes }) => ({
    kind: kind === 'container' ? 'box' : kind,
    name,
    size: kind === 'image' ? '' : formatSize(bytes),
  }));
  if (hidden.length > 0) {
    const layers = hidden.filter(({ kind }) => kind === 'layer').length;
    const bytes = hidden.reduce((sum, one) => sum + one.bytes, 0);
    rows.push({
      kind: 'files',
      name: `${layers} layers and ${hidden.length - layers} blobs of images`,
      size: formatSize(bytes),
    });
  }
  if (rows.length === 0) return '';
  return formatTable(
    [
      { title: 'KIND', value: (row) => row.kind },
      { title: 'NAME', value: (row) => row.name },
      { title: 'SIZE', value: (row) => row.size },
    ],
    rows,
  );
}

const sumOf = (reports: readonly PruneReport[]) => reports.reduce((sum, { reclaimed }) => sum + reclaimed, 0);
