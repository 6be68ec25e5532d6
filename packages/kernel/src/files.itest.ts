import {
  closeSync,
  mkdtempSync,
  openSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { dataRanges, readXattrs, releaseMemory, syncFileSystem, writeXattr } from './files.ts';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'boxyard-files-'));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

it('attributes are read as they were set, by name, of a link itself', () => {
  const file = join(directory, 'file');
  writeFileSync(file, '');
  writeXattr(Buffer.from(file), 'user.b', Buffer.from([0, 255]));
  writeXattr(Buffer.from(file), 'user.a', new Uint8Array(0));
  expect([...readXattrs(Buffer.from(file))]).toEqual([
    ['user.a', Buffer.alloc(0)],
    ['user.b', Buffer.from([0, 255])],
  ]);
  symlinkSync('file', join(directory, 'link'));
  expect(readXattrs(Buffer.from(join(directory, 'link'))).size).toBe(0);
  expect(() => readXattrs(Buffer.from(join(directory, 'none')))).toThrow(/llistxattr .*none: no such file/);
  expect(() => writeXattr(Buffer.from(file), 'nonsense', new Uint8Array(1))).toThrow(/lsetxattr/);
});

it('data of a sparse file is found, its holes are not mentioned', () => {
  const file = join(directory, 'sparse');
  writeFileSync(file, '');
  truncateSync(file, 1_000_000);
  const fd = openSync(file, 'r+');
  try {
    expect(dataRanges(fd, 1_000_000)).toEqual([]);
    writeSync(fd, 'x'.repeat(4096), 409_600);
    expect(dataRanges(fd, 1_000_000)).toEqual([{ offset: 409_600, length: 4096 }]);
    expect(dataRanges(fd, 410_000)).toEqual([{ offset: 409_600, length: 400 }]);
    syncFileSystem(fd);
  } finally {
    closeSync(fd);
  }
  expect(() => syncFileSystem(-1)).toThrow(/syncfs/);
});

it('freed memory goes back without an answer to wait for', async () => {
  await expect(releaseMemory()).resolves.toBeUndefined();
});
