import type { VolumeView } from '@boxyard/api';
import { expect, it } from 'vitest';
import { BY_NAME, formatVolumeSorting, listVolumes, parseVolumeSorting, shortVolume } from './volumes.ts';

const volume = (name: string, rest: Partial<VolumeView> = {}): VolumeView => ({
  name,
  createdAt: '2026-01-01T00:00:00.000Z',
  labels: {},
  anonymous: false,
  path: `/volumes/${name}/_data`,
  containers: [],
  bytes: null,
  ...rest,
});
const ALL = { text: '', unused: false, sorting: BY_NAME };
const names = (volumes: readonly VolumeView[]) => volumes.map(({ name }) => name);

it('lists by name, those that nobody named at the end', () => {
  const volumes = [volume('b'), volume('0a', { anonymous: true }), volume('a')];
  expect(names(listVolumes(volumes, ALL))).toEqual(['a', 'b', '0a']);
  const sized = [volume('a', { bytes: 1 }), volume('b', { bytes: 5 })];
  expect(names(listVolumes(sized, { ...ALL, sorting: { by: 'size', descending: true } }))).toEqual([
    'b',
    'a',
  ]);
});

it('finds by a part of a name, of a box or of a label', () => {
  const volumes = [volume('data', { containers: ['web'] }), volume('logs', { labels: { team: 'blue' } })];
  expect(names(listVolumes(volumes, { ...ALL, text: 'WEB' }))).toEqual(['data']);
  expect(names(listVolumes(volumes, { ...ALL, text: 'team=blue' }))).toEqual(['logs']);
  expect(names(listVolumes(volumes, { ...ALL, unused: true }))).toEqual(['logs']);
});

it('a name of 64 digits is shown by its first twelve; a sorting survives the address', () => {
  expect(shortVolume('ab'.repeat(32))).toBe('abababababab');
  expect(shortVolume('data')).toBe('data');
  expect(parseVolumeSorting(formatVolumeSorting({ by: 'size', descending: true }))).toEqual({
    by: 'size',
    descending: true,
  });
  expect(parseVolumeSorting('colour')).toBeNull();
});
