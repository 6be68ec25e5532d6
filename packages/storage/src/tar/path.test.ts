import { describe, expect, it } from 'vitest';
import { TAR_LIMITS } from './limits.ts';
import { normalizePath } from './path.ts';

const normalize = (name: string) => normalizePath(Buffer.from(name, 'latin1'), TAR_LIMITS).toString('latin1');

describe('normalizePath', () => {
  it.each([
    ['./', ''],
    ['.', ''],
    ['/', ''],
    ['etc/', 'etc'],
    ['./etc/passwd', 'etc/passwd'],
    ['/etc/passwd', 'etc/passwd'],
    ['//etc//./passwd/', 'etc/passwd'],
    ['..a/...', '..a/...'],
    ['caf\xe9', 'caf\xe9'],
  ])('%j becomes %j', (name, path) => {
    expect(normalize(name)).toBe(path);
  });

  it.each(['..', '../x', 'a/..', 'a/../../x', '/..', './../x'])('%j leads out and is refused', (name) => {
    expect(() => normalize(name)).toThrow(/leads out of the archive/);
  });

  it.each([
    ['a NUL', 'a\0b', /NUL/],
    ['a part too long', 'x'.repeat(256), /has a part of 256 bytes/],
    ['too many bytes', `${'x'.repeat(250)}/`.repeat(20), /bytes long/],
    ['too many directories', 'a/'.repeat(1025), /1025 directories deep/],
    ['a hundred thousand directories', 'a/'.repeat(100_000), /bytes long/],
  ])('%s is refused', (_, name, message) => {
    expect(() => normalize(name)).toThrow(message);
  });
});
