import { parseReference } from '@boxyard/spec';
import { expect, test } from 'vitest';
import { imageNameOf } from './upload.ts';

test.each([
  ['debian.tar.gz', 'debian'],
  ['Alpine 3.20 Rootfs.tar.zst', 'alpine-3.20-rootfs'],
  ['root.tgz', 'root'],
  ['_odd__name_.tar', 'odd-name'],
  ['plain', 'plain'],
])('%s suggests the name %s, which is a valid one', (file, name) => {
  expect(imageNameOf(file)).toBe(name);
  expect(parseReference(name)).toBeDefined();
});
