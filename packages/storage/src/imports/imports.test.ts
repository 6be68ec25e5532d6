import { describe, expect, it } from 'vitest';
import { parseImageJson } from './image-json.ts';
import { importFailure, nameFromPath, parseName } from './names.ts';

describe('the name of an import', () => {
  it.each([
    ['debian.tar.gz', 'debian:latest'],
    ['debian.tgz', 'debian:latest'],
    ['Alpine-3.20.tar.zst', 'alpine-3.20:latest'],
    ['rootfs.tar', 'rootfs:latest'],
    ['rootfs.tar.xz', 'rootfs:latest'],
    ['my-root', 'my-root:latest'],
  ])('%s is %s', (base, tag) => {
    expect(nameFromPath(base)).toBe(tag);
  });

  it('is asked for when the file name is none', () => {
    expect(() => nameFromPath('My Root (1).tar')).toThrow(
      expect.objectContaining({
        code: 'INVALID_ARGUMENT',
        hint: expect.stringContaining('box import FILE NAME'),
      }),
    );
    expect(() => parseName('a b')).toThrow(/is no name for an image/);
  });

  it('stands in front of what went wrong; a full disk is named as such', () => {
    const full = Object.assign(new Error('ENOSPC: no space left on device, write'), {
      errno: -28,
      code: 'ENOSPC',
    });
    expect(importFailure(full, '/a/b.tar')).toMatchObject({
      code: 'RESOURCE_EXHAUSTED',
      message: expect.stringMatching(/^cannot import '\/a\/b.tar': the disk is full/),
    });
  });
});

describe('image.json', () => {
  const parse = (value: unknown) => parseImageJson(JSON.stringify(value), 'image.json');

  it('takes lists, texts for the shell, and environments in both spellings', () => {
    expect(parse({ cmd: 'echo hi', entrypoint: ['/e'], env: ['A=b=c'] }).config).toMatchObject({
      cmd: ['/bin/sh', '-c', 'echo hi'],
      entrypoint: ['/e'],
      env: ['A=b=c'],
    });
    expect(parse({ env: { A: 'b' } }).config.env).toEqual(['A=b']);
    expect(parse({ name: 'x', tag: '1' })).toMatchObject({ name: 'x', tag: '1' });
  });

  it.each([
    [{ entripoint: [] }, /unknown key "entripoint"/],
    [{ cmd: [1] }, /cmd is no list of texts/],
    [{ env: ['A'] }, /env holds 'A'/],
    [{ env: 5 }, /env is no list/],
    [{ user: 5 }, /user is no text/],
    [[], /no JSON object/],
  ])('%j is refused', (value, message) => {
    expect(() => parse(value)).toThrow(message);
  });
});
