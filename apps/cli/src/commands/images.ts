import type { ImageView } from '@boxyard/api';
import { BoxError, formatPlatform, formatSize, humanizeAge } from '@boxyard/spec';
import { type ListOptions, listOptions, printList } from '../output/list.ts';
import type { Column } from '../output/table.ts';
import { defineVerb } from '../verb.ts';
import { SHORT_ID } from './ps.ts';

/** One line for each name; an image without a name has one line. */
interface NamedImage extends ImageView {
  repository?: string;
  tag?: string;
  /** By which the repository has it; none for what was made here. */
  digest?: string;
}

/** A name for each tag, and for each repository that it is known from by digest alone. */
export function namesOf(image: ImageView): NamedImage[] {
  const digestOf = new Map(image.digests.map((name) => name.split('@') as [string, string]));
  const tagged = image.tags.map((name) => {
    const colon = name.lastIndexOf(':');
    const repository = name.slice(0, colon);
    return { ...image, repository, tag: name.slice(colon + 1), ...digest(digestOf.get(repository)) };
  });
  const untagged = [...digestOf]
    .filter(([repository]) => !tagged.some((name) => name.repository === repository))
    .map(([repository, value]) => ({ ...image, repository, digest: value }));
  const names = [...tagged, ...untagged];
  return names.length > 0 ? names : [image];
}

const digest = (value: string | undefined) => (value === undefined ? {} : { digest: value });

function row(image: NamedImage, trunc: boolean, now: number) {
  return {
    ID: trunc ? image.id.slice(0, SHORT_ID) : image.id,
    Repository: image.repository ?? '<none>',
    Tag: image.tag ?? '<none>',
    Digest: image.digest ?? '<none>',
    Platform: formatPlatform(image.platform),
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
const DIGEST: Column<Row> = { title: 'DIGEST', value: (image) => image.Digest };

interface ImagesOptions extends ListOptions {
  digests?: boolean;
}

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

export default defineVerb<ImagesOptions>({
  examples: [
    'images',
    "images --filter 'reference=deb*'",
    "images --format '{{.Repository}}:{{.Tag}} {{.Size}}'",
  ],
  define: (command) =>
    listOptions(command, 'reference, label, dangling')
      .argument('[name]', 'only this repository, tag or id')
      .option('--digests', 'also the digests by which registries know them'),
  async run({ args: [name], options, agent }) {
    const keep = imageFilter(options.filter ?? []);
    const all = await agent.query('images.list', undefined);
    const images = all.filter((image) => keep(image) && (name === undefined || matchesName(image, name)));
    const views = options.quiet || options.format === 'json' ? images : images.flatMap(namesOf);
    const columns = options.digests ? COLUMNS.toSpliced(2, 0, DIGEST) : COLUMNS;
    const now = Date.now();
    printList(
      { views, row: (image) => row(image, options.trunc, now), columns, id: (image) => image.ID },
      options,
    );
    return 0;
  },
});
