import type { VolumeView } from '@boxyard/api';
import { BoxError, formatSize, humanizeAge } from '@boxyard/spec';
import { type ListOptions, listOptions, printList } from '../../output/list.ts';
import type { Column } from '../../output/table.ts';
import { truncate } from '../../output/table.ts';
import { defineVerb } from '../../verb.ts';

/** Of the 64 digits of an anonymous volume's name. */
const NAME_CHARACTERS = 40;

function row(volume: VolumeView, trunc: boolean, now: number) {
  return {
    Name: trunc ? truncate(volume.name, NAME_CHARACTERS) : volume.name,
    Driver: 'local',
    Scope: 'local',
    Mountpoint: volume.path,
    Containers: volume.containers.join(', '),
    CreatedAt: volume.createdAt,
    CreatedSince: humanizeAge(volume.createdAt, now),
    Anonymous: volume.anonymous,
    Size: volume.bytes === null ? 'N/A' : formatSize(volume.bytes),
    Labels: volume.labels,
  };
}
type Row = ReturnType<typeof row>;

const COLUMNS: Column<Row>[] = [
  { title: 'NAME', value: (volume) => volume.Name },
  { title: 'USED BY', value: (volume) => volume.Containers },
  { title: 'CREATED', value: (volume) => volume.CreatedSince },
];
const SIZE: Column<Row> = { title: 'SIZE', value: (volume) => volume.Size };

/** `dangling=true`, `name=PART`, `label=KEY[=VALUE]`: different keys and, same key or. */
export function volumeFilter(filters: readonly string[]): (volume: VolumeView) => boolean {
  const tests = new Map<string, ((volume: VolumeView) => boolean)[]>();
  for (const filter of filters) {
    const [key = '', value = ''] = filter.split(/=(.*)/s, 2);
    tests.set(key, [...(tests.get(key) ?? []), volumeTest(key, value, filter)]);
  }
  return (volume) => [...tests.values()].every((alternatives) => alternatives.some((test) => test(volume)));
}

function volumeTest(key: string, value: string, filter: string): (volume: VolumeView) => boolean {
  if (key === 'name') return ({ name }) => name.includes(value);
  if (key === 'dangling') return ({ containers }) => (containers.length === 0) === (value === 'true');
  if (key === 'label') {
    const [label = '', wanted] = value.split(/=(.*)/s, 2);
    return ({ labels }) => Object.hasOwn(labels, label) && (wanted === undefined || labels[label] === wanted);
  }
  throw new BoxError('INVALID_ARGUMENT', `--filter ${filter}: volumes have no such filter`, {
    hint: 'use dangling=true, name=PART or label=KEY[=VALUE]',
  });
}

export default defineVerb<ListOptions & { size?: boolean }>({
  examples: [
    'volume ls',
    'volume ls --filter dangling=true',
    "volume ls --format '{{.Name}} {{.Mountpoint}}'",
  ],
  define: (command) =>
    listOptions(command, 'dangling, name, label').option('-s, --size', 'also what their files take on disk'),
  async run({ options, agent }) {
    const keep = volumeFilter(options.filter ?? []);
    const sizes = options.size === true || options.format?.includes('.Size') === true;
    const views = (await agent.query('volumes.list', { sizes })).filter(keep);
    const now = Date.now();
    printList(
      {
        views,
        // Who captures names wants them whole.
        row: (volume) => row(volume, options.trunc && !options.quiet, now),
        columns: options.size ? [...COLUMNS, SIZE] : COLUMNS,
        id: ({ Name }) => Name,
      },
      options,
    );
    return 0;
  },
});
