import type { ImageView } from '@boxyard/api';
import { BoxError, formatSize, humanizeAge } from '@boxyard/spec';
import { type ListOptions, listOptions, printList } from '../output/list.ts';
import type { Column } from '../output/table.ts';
import { defineVerb } from '../verb.ts';
import { SHORT_ID } from './ps.ts';

/** One line for each name; an image without a name has one line. */
type NamedImage = ImageView & { tag?: string };

function row(image: NamedImage, trunc: boolean, now: number) {
  const colon = image.tag?.lastIndexOf(':') ?? -1;
  return {
    ID: trunc ? image.id.slice(0, SHORT_ID) : image.id,
    Repository: image.tag?.slice(0, colon) ?? '<none>',
    Tag: image.tag?.slice(colon + 1) ?? '<none>',
    Digest: `sha256:${image.manifest}`,
    CreatedAt: new Date(image.createdAt).toISOString(),
    CreatedSince: humanizeAge(image.createdAt, now),
    Size: formatSize(image.size),
    Containers: image.containers,
    Labels: image.config.labels ?? {},
  };
}
type Row = ReturnType<typeof row>;

const COLUMNS: Column<Row>[] = [
  { title: 'REPOSITORY', value: (image) => image.Repository },
  { title: 'TAG', value: (image) => image.Tag },
  { title: 'IMAGE ID', value: (image) => image.ID },
  { title: 'CREATED', value: (image) => image.CreatedSince },
  { title: 'SIZE', value: (image) => image.Size },
];

/** `reference=deb*`, `label=key[=value]`, `dangling=true`: different keys and, same key or. */
export function imageFilter(filters: readonly string[]): (image: ImageView) => boolean {
  const tests = new Map<string, ((image: ImageView) => boolean)[]>();
  for (const filter of filters) {
    const equals = filter.indexOf('=');
    const [key, value] = [filter.slice(0, Math.max(equals, 0)), filter.slice(equals + 1)];
    tests.set(key, [...(tests.get(key) ?? []), imageTest(key, value, filter)]);
  }
  return (image) => [...tests.values()].every((alternatives) => alternatives.some((test) => test(image)));
}

function imageTest(key: string, value: string, filter: string): (image: ImageView) => boolean {
  if (key === 'reference') {
    const source = value
      .replace(/[.+^${}()|[\]\\]/g, '\\$&')
      .replaceAll('*', '.*')
      .replaceAll('?', '.');
    const pattern = new RegExp(`^${source}(:.*)?$`);
    return ({ tags }) => tags.some((tag) => pattern.test(tag));
  }
  if (key === 'dangling') return ({ tags }) => (tags.length === 0) === (value === 'true');
  if (key === 'label') {
    const [name = '', wanted] = value.split(/=(.*)/s, 2);
    return ({ config: { labels = {} } }) =>
      name in labels && (wanted === undefined || labels[name] === wanted);
  }
  throw new BoxError('INVALID_ARGUMENT', `--filter ${filter}: images have no such filter`, {
    hint: 'use reference=PATTERN, label=KEY[=VALUE] or dangling=true',
  });
}

function matchesName({ tags, id }: ImageView, name: string): boolean {
  return (
    id.startsWith(name.replace(/^sha256:/, '')) ||
    tags.some((tag) => tag === name || tag.startsWith(`${name}:`))
  );
}

export default defineVerb<ListOptions>({
  examples: [
    'images',
    "images --filter 'reference=deb*'",
    "images --format '{{.Repository}}:{{.Tag}} {{.Size}}'",
  ],
  define: (command) =>
    listOptions(command, 'reference, label, dangling').argument('[name]', 'only this repository, tag or id'),
  async run({ args: [name], options, agent }) {
    const keep = imageFilter(options.filter ?? []);
    const all = await agent.query('images.list', undefined);
    const images = all.filter((image) => keep(image) && (name === undefined || matchesName(image, name)));
    const named: NamedImage[] = images.flatMap((image) =>
      image.tags.length === 0 ? [image] : image.tags.map((tag) => ({ ...image, tag })),
    );
    const views = options.quiet || options.format === 'json' ? images : named;
    const now = Date.now();
    printList(
      { views, row: (image) => row(image, options.trunc, now), columns: COLUMNS, id: (image) => image.ID },
      options,
    );
    return 0;
  },
});
