import type { DiskView } from '@boxyard/api';
import { formatSize, humanizeAge } from '@boxyard/spec';
import { print, write } from '../output/print.ts';
import { type Column, formatTable } from '../output/table.ts';
import { defineVerb } from '../verb.ts';
import { SHORT_ID } from './ps.ts';

interface DfOptions {
  verbose?: boolean;
  format?: string;
}

type Kind = DiskView['images'] & { name: string };
const KINDS: Column<Kind>[] = [
  { title: 'TYPE', value: ({ name }) => name },
  { title: 'TOTAL', value: ({ total }) => String(total) },
  { title: 'ACTIVE', value: ({ active }) => String(active) },
  { title: 'SIZE', value: ({ bytes }) => formatSize(bytes) },
  {
    title: 'RECLAIMABLE',
    value: ({ bytes, reclaimable }) =>
      `${formatSize(reclaimable)}${bytes === 0 ? '' : ` (${Math.round((reclaimable / bytes) * 100)}%)`}`,
  },
];

function summary({ images, containers, volumes, other }: DiskView): string {
  const kinds = [
    { name: 'Images', ...images },
    { name: 'Boxes', ...containers },
    { name: 'Volumes', ...volumes },
  ];
  const sum = kinds.reduce((all, { bytes }) => all + bytes, other.bytes);
  return `${formatTable(KINDS, kinds)}Other: ${formatSize(other.bytes)}. All: ${formatSize(sum)} on disk.\n`;
}

function details({ details: { images, containers, volumes } }: DiskView): string {
  const now = Date.now();
  const age = (time: string) => humanizeAge(Date.parse(time), now);
  const short = (id: string) => id.slice(0, SHORT_ID);
  return [
    '\nImages\n',
    formatTable(
      [
        { title: 'NAME', value: (image) => image.name || '<none>' },
        { title: 'IMAGE ID', value: (image) => short(image.id) },
        { title: 'CREATED', value: (image) => age(image.createdAt) },
        { title: 'SIZE', value: (image) => formatSize(image.size) },
        { title: 'SHARED', value: (image) => formatSize(image.shared) },
        { title: 'UNIQUE', value: (image) => formatSize(image.unique) },
        { title: 'BOXES', value: (image) => String(image.containers) },
      ],
      images,
    ),
    '\nBoxes\n',
    formatTable(
      [
        { title: 'NAME', value: (box) => box.name },
        { title: 'BOX ID', value: (box) => short(box.id) },
        { title: 'STATE', value: (box) => box.state },
        { title: 'CREATED', value: (box) => age(box.createdAt) },
        { title: 'SIZE', value: (box) => formatSize(box.bytes) },
        { title: 'OF WHICH LOG', value: (box) => formatSize(box.logBytes) },
      ],
      containers,
    ),
    '\nVolumes\n',
    formatTable(
      [
        { title: 'NAME', value: (volume) => volume.name },
        { title: 'BOXES', value: (volume) => String(volume.containers) },
        { title: 'SIZE', value: (volume) => formatSize(volume.bytes) },
      ],
      volumes,
    ),
  ].join('');
}

export default defineVerb<DfOptions>({
  examples: ['df', 'df -v', 'df --format json'],
  define: (command) =>
    command
      .option('-v, --verbose', 'each image, box and volume')
      .option('--format <format>', 'table or json', 'table'),
  async run({ options, agent }) {
    const view = await agent.query('system.disk', undefined);
    if (options.format === 'json') print(JSON.stringify(view, null, 2));
    else write(summary(view) + (options.verbose ? details(view) : ''));
    return 0;
  },
});
