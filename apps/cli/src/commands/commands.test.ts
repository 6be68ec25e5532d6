import type { ImageView } from '@boxyard/api';
import { expect, test } from 'vitest';
import { GROUPS, VERBS } from '../verbs.ts';
import { SECTIONS } from './help.ts';
import { imageFilter, namesOf } from './images.ts';
import { parseCommand } from './import.ts';
import { parseMoment } from './logs.ts';

const NOW = Date.parse('2026-11-22T12:00:00Z');
test.each([
  ['10m', '2026-11-22T11:50:00.000Z'],
  ['2026-11-22T10:00:00Z', '2026-11-22T10:00:00Z'],
  ['2026-11-22T10:00:00.123456789+01:00', '2026-11-22T10:00:00.123456789+01:00'],
  ['1795000000', '1795000000'],
  ['1795000000.5', '1795000000.5'],
])('--since %s is %s', (text, moment) => {
  expect(parseMoment(text, '--since', NOW)).toBe(moment);
});

test.each(['yesterday', '2026-99-99', ''])('--since "%s" is refused', (text) => {
  expect(() => parseMoment(text, '--since', NOW)).toThrow(/is no time/);
});

test('a default command is words for a shell or a JSON list', () => {
  expect(parseCommand('ls -l')).toEqual(['/bin/sh', '-c', 'ls -l']);
  expect(parseCommand('["ls", "-l"]')).toEqual(['ls', '-l']);
  expect(() => parseCommand('[1]')).toThrow('is no list of words');
});

const image = (tags: string[], labels: Record<string, string> = {}) =>
  ({ tags, config: { labels } }) as unknown as ImageView;
test.each([
  [['reference=deb*'], ['debian:bookworm']],
  [['reference=busybox:latest'], ['busybox:latest']],
  [
    ['reference=b?sybox', 'reference=debian'],
    ['busybox:latest', 'debian:bookworm'],
  ],
  [['label=env=prod'], ['debian:bookworm']],
  [['label=env', 'reference=busy*'], []],
  [['dangling=true'], [undefined]],
])('images with --filter %j', (filters, tags) => {
  const all = [image(['busybox:latest']), image(['debian:bookworm'], { env: 'prod' }), image([])];
  expect(all.filter(imageFilter(filters)).map((found) => found.tags[0])).toEqual(tags);
});

test('an unknown image filter says what there is', () => {
  expect(() => imageFilter(['size=3'])).toThrow('no such filter');
});

test('an image has a line for each name, and for repositories that know it by digest alone', () => {
  const [one, two] = [`sha256:${'1'.repeat(64)}`, `sha256:${'2'.repeat(64)}`];
  const view = {
    tags: ['debian:latest', 'localhost:5000/debian:v1'],
    digests: [`localhost:5000/debian@${one}`, `team/debian@${two}`],
  } as unknown as ImageView;
  expect(namesOf(view).map(({ repository, tag, digest }) => [repository, tag, digest])).toEqual([
    ['debian', 'latest', undefined],
    ['localhost:5000/debian', 'v1', one],
    ['team/debian', undefined, two],
  ]);
  expect(namesOf({ tags: [], digests: [] } as unknown as ImageView)).toHaveLength(1);
});

test('box help has a place for every command', () => {
  const listed = Object.values(SECTIONS).flat();
  expect(listed.toSorted()).toEqual([...new Set([...Object.keys(VERBS), ...Object.keys(GROUPS)])].toSorted());
});
