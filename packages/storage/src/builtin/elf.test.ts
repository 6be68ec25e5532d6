import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { isStaticProgram } from './elf.ts';

describe('isStaticProgram', () => {
  it('tells a program that needs a loader from one that does not', () => {
    expect(isStaticProgram(readFileSync('/bin/ls'))).toBe(false);
    expect(isStaticProgram(readFileSync('/bin/busybox'))).toBe(true);
  });

  it('is false for scripts, other machines and cut off files', () => {
    const busybox = readFileSync('/bin/busybox');
    expect(isStaticProgram(Buffer.from('#!/bin/sh\n'.repeat(20)))).toBe(false);
    expect(isStaticProgram(busybox.subarray(0, 100))).toBe(false);
    const other = Buffer.from(busybox);
    other[4] = 1;
    expect(isStaticProgram(other)).toBe(false);
  });
});
