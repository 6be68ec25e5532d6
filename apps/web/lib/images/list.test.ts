import type { ImageView } from '@boxyard/api';
import { expect, it } from 'vitest';
import { formatImageSorting, listImages, NEWEST_FIRST, parseImageSorting } from './list.ts';
import { imageName, nameInFull, nameProblem } from './names.ts';

const image = (tag: string, rest: Partial<ImageView> = {}): ImageView => ({
  id: tag.padEnd(64, '0'),
  manifest: '',
  tags: [tag],
  digests: [],
  platform: { os: 'linux', architecture: 'amd64' },
  createdAt: 0,
  size: 0,
  layers: [],
  config: {},
  containers: 0,
  sharedSize: 0,
  ...rest,
});
const names = (images: readonly ImageView[]) => images.map(({ tags }) => tags[0]);
const ALL = { text: '', unused: false, sorting: NEWEST_FIRST };

it('sorts by what is asked for, and by name where that is the same', () => {
  const images = [image('b:1', { size: 5 }), image('a:1', { size: 5 }), image('c:1', { size: 9 })];
  expect(names(listImages(images, { ...ALL, sorting: { by: 'size', descending: true } }))).toEqual([
    'c:1',
    'a:1',
    'b:1',
  ]);
});

it('finds by a part of a name, a digest or a platform, and by the beginning of an id', () => {
  const images = [
    image('web:1', { digests: ['web@sha256:abc'] }),
    image('db:1', { platform: { os: 'linux', architecture: 'arm64' }, containers: 1 }),
  ];
  const find = (text: string) => names(listImages(images, { ...ALL, text }));
  expect(find('WEB')).toEqual(['web:1']);
  expect(find('sha256:abc')).toEqual(['web:1']);
  expect(find('arm')).toEqual(['db:1']);
  expect(find('db:1000')).toEqual(['db:1']);
  expect(names(listImages(images, { ...ALL, unused: true }))).toEqual(['web:1']);
});

it('a sorting survives the address; another word is none', () => {
  expect(parseImageSorting(formatImageSorting(NEWEST_FIRST))).toEqual(NEWEST_FIRST);
  expect(parseImageSorting('colour')).toBeNull();
});

it('an image without a tag is called by a digest, else by its id', () => {
  const digest = `web@sha256:${'0123456789abcdef'.repeat(4)}`;
  expect(imageName(image('x', { tags: [], digests: [digest] }))).toBe('web@sha256:0123456789ab…');
  expect(imageName(image('x', { tags: [] }))).toBe('x00000000000');
});

it('says what a name means in full, or what is wrong with it', () => {
  expect(nameInFull('nginx')).toEqual({ registry: 'docker.io', path: 'library/nginx:latest' });
  expect(nameProblem('nginx')).toBeUndefined();
  expect(nameProblem('https://ghcr.io/a')).toMatch(/without https/);
  expect(nameProblem('Nginx')).toMatch(/small letters/);
  expect(nameProblem('a b')).toMatch(/^Like/);
});
