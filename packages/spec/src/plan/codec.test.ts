import { describe, expect, it } from 'vitest';
import { encodeOperation, encodePlan, op } from './codec.ts';
import { OPERATIONS } from './operations.ts';

describe('plans', () => {
  it('are laid out as docs/protocol.md says', () => {
    expect(Buffer.from(encodePlan([op('hostname', 'web')])).toString('hex')).toBe(
      ['4258504c', '0100', '0000', '0b03', '0100', '03000000', '776562', '0000', '0000'].join(''),
    );
  });

  it('encode negative and 64-bit numbers little endian', () => {
    expect(Buffer.from(encodeOperation(op('oomScore', -2))).toString('hex')).toBe(
      '0f030100' + '04000000feffffff',
    );
    const bytes = encodeOperation(op('rlimit', 7, 1024, 0xffff_ffff_ffff_ffffn));
    expect(Buffer.from(bytes.subarray(-8)).toString('hex')).toBe('ffffffffffffffff');
  });

  it.each([
    ['too few arguments', () => encodeOperation(op('hostname'))],
    ['too many arguments', () => encodeOperation(op('hostname', 'a', 'b'))],
    ['a NUL in a string', () => encodeOperation(op('hostname', 'a\0b'))],
    ['a number out of range', () => encodeOperation(op('umask', 2 ** 32))],
    ['a fraction', () => encodeOperation(op('umask', 1.5))],
    ['a string for a number', () => encodeOperation(op('umask', '18'))],
    ['a number for bytes', () => encodeOperation(op('netlink', 3))],
  ])('refuse %s', (_, encode) => {
    expect(encode).toThrow(TypeError);
  });

  it('have one code for each operation', () => {
    const codes = Object.values(OPERATIONS).map(({ code }) => code);
    expect(new Set(codes).size).toBe(codes.length);
  });
});
