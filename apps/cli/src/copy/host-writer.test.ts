import {
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { formatEntry, formatPadding, TAR_END, type TarEntry, TarParser } from '@boxyard/storage/tar';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { archiveHostPath } from './host-archive.ts';
import { HostWriter } from './host-writer.ts';

let folder: string;
let directory: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'host-writer-'));
  directory = join(folder, 'to');
  mkdirSync(directory);
  mkdirSync(join(folder, 'outside'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

type Wish = Partial<Omit<TarEntry, 'path' | 'target'>> & { path: string; target?: string; data?: string };

function archive(...wishes: Wish[]): Buffer {
  const parts = wishes.flatMap(({ path, target = '', data = '', ...rest }) => [
    formatEntry({
      type: 'file',
      mode: 0o644,
      uid: 0,
      gid: 0,
      mtime: { seconds: 1000, nanoseconds: 0 },
      size: data.length,
      major: 0,
      minor: 0,
      xattrs: new Map(),
      ...rest,
      path: Buffer.from(path),
      target: Buffer.from(target),
    }),
    Buffer.from(data),
    formatPadding(data.length),
  ]);
  return Buffer.concat([...parts, TAR_END]);
}

function write(bytes: Buffer, rename = { from: 'x', to: 'x' }): string[] {
  using writer = new HostWriter({ directory, rename, archive: false });
  const parser = new TarParser(writer);
  parser.push(bytes);
  parser.end();
  writer.end();
  return writer.warnings;
}

test('the tree is made under its new name, directories that nobody may write to included', () => {
  write(
    archive(
      { path: 'x/', type: 'directory', mode: 0o555 },
      { path: 'x/f', data: 'hello', mode: 0o6755 },
      { path: 'x/twin', type: 'link', target: 'x/f' },
      { path: 'x/l', type: 'symlink', target: '../../outside' },
    ),
    { from: 'x', to: 'new' },
  );
  expect(readFileSync(join(directory, 'new/twin'), 'utf8')).toBe('hello');
  expect(lstatSync(join(directory, 'new')).mode & 0o7777).toBe(0o555);
  expect(lstatSync(join(directory, 'new')).mtimeMs).toBe(1_000_000);
  expect(lstatSync(join(directory, 'new/f')).mode & 0o7777).toBe(0o755);
  expect(readlinkSync(join(directory, 'new/l'))).toBe('../../outside');
});

test.each([
  [
    'a link of the archive',
    [
      { path: 'x/l', type: 'symlink', target: '../../outside' },
      { path: 'x/l/f', data: 'x' },
    ],
  ],
  [
    'a link of the archive that is a directory later',
    [
      { path: 'x/l', type: 'symlink', target: '../../outside' },
      { path: 'x/l/', type: 'directory' },
    ],
  ],
  [
    'a hard link through a link',
    [
      { path: 'x/l', type: 'symlink', target: '../../outside' },
      { path: 'x/h', type: 'link', target: 'x/l/f' },
    ],
  ],
  ['`..`', [{ path: 'x/../../outside/f', data: 'x' }]],
  ['a name that was not asked for', [{ path: 'y', data: 'x' }]],
  ['a hard link to what was not copied', [{ path: 'x', type: 'link', target: 'y' }]],
] as [string, Wish[]][])('refuses to write through %s', (_, wishes) => {
  expect(() => write(archive(...wishes))).toThrow();
  expect(readdirSync(join(folder, 'outside'))).toEqual([]);
});

test('a link that is already here is replaced at the end of a path and refused on the way', () => {
  symlinkSync('../outside', join(directory, 'x'));
  expect(() => write(archive({ path: 'x/f', data: 'x' }))).toThrow('nothing is copied through it');
  expect(() => write(archive({ path: 'x', type: 'directory' }))).toThrow('cannot overwrite non-directory');
  write(archive({ path: 'x', data: 'file now' }));
  expect(readFileSync(join(directory, 'x'), 'utf8')).toBe('file now');
  expect(readdirSync(join(folder, 'outside'))).toEqual([]);
});

test('devices and FIFOs are left out with a word', () => {
  expect(write(archive({ path: 'x', type: 'fifo' }))).toEqual(["'x' is a device or FIFO and was left out"]);
});

test('what is sent to a box comes back the same', async () => {
  write(
    archive(
      { path: 'x/', type: 'directory', mode: 0o755 },
      { path: 'x/d/', type: 'directory', mode: 0o750 },
      { path: 'x/d/f', data: 'f'.repeat(600) },
      { path: 'x/l', type: 'symlink', target: 'd' },
    ),
  );
  const sent = await buffer(archiveHostPath(join(directory, 'x'), { name: 'y', followLink: false }));
  write(sent, { from: 'y', to: 'z' });
  const again = await buffer(archiveHostPath(join(directory, 'z'), { name: 'y', followLink: false }));
  expect(again.equals(sent)).toBe(true);
});
