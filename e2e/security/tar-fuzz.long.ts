/**
 * A minute of archives that were changed at random: the parser refuses them with an error of ours or gives operations that stay in the
 * tree, whatever the bytes. BOXYARD_SEED repeats a run.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { BoxError, type PlanOperation } from '@boxyard/spec';
import { expect, test } from 'vitest';
import { seal } from '../../packages/storage/src/tar/craft.ts';
import { TAR_LIMITS } from '../../packages/storage/src/tar/limits.ts';
import { TarParser } from '../../packages/storage/src/tar/parser.ts';
import { TreeEmitter } from '../../packages/storage/src/unpack/emitter.ts';
import { chooseSeed, Random } from '../fault/random.ts';
import { DAMAGED, escapes, ODD, WHITEOUTS } from './hostile-archives.ts';

const SECONDS = 60;
const FIXTURES = join(import.meta.dirname, '../../packages/storage/src/tar/fixtures');
const BLOCK_BYTES = 512;
/** Where a header keeps what decides most: name, size, type, magic, prefix, sparse map. */
const FIELDS = [0, 100, 108, 124, 136, 156, 157, 257, 345, 386, 482, 483] as const;
/** One parse of a few kilobytes; beyond it something is not linear. */
const SLOW_MS = 2000;

const seeds = [
  ...readdirSync(FIXTURES)
    .filter((name) => /\.tar(\.gz)?$/.test(name))
    .map((name) => readFileSync(join(FIXTURES, name)))
    .map((bytes) => (bytes[0] === 0x1f ? gunzipSync(bytes) : bytes)),
  ...[...escapes('/outside'), ...WHITEOUTS, ...ODD, ...DAMAGED].map(({ archive }) => archive),
].filter((bytes) => bytes.length > 0 && bytes.length < 1_000_000);

/** Changes bytes, fields and the order of blocks; most headers get a right checksum again, so that what is behind it is met. */
function mutate(seed: Buffer, random: Random): Buffer {
  const bytes = Buffer.from(seed);
  const blocks = Math.max(1, Math.floor(bytes.length / BLOCK_BYTES));
  for (let change = random.below(6); change >= 0; change--) {
    const at = random.below(blocks) * BLOCK_BYTES;
    switch (random.below(5)) {
      case 0:
        bytes[random.below(bytes.length)] = random.below(256);
        break;
      case 1: {
        const field = at + (FIELDS[random.below(FIELDS.length)] as number);
        bytes.fill(random.pick([0, 0x2e, 0x2f, 0x37, 0x80, 0xff]), field, field + 1 + random.below(12));
        break;
      }
      case 2:
        bytes.copy(
          bytes,
          at,
          random.below(blocks) * BLOCK_BYTES,
          Math.min(bytes.length, (random.below(blocks) + 1) * BLOCK_BYTES),
        );
        break;
      case 3:
        bytes[at + 156] = random.pick([0x30, 0x31, 0x32, 0x35, 0x4b, 0x4c, 0x53, 0x67, 0x78]);
        break;
      default:
        bytes.write(
          random.pick(['../', '/', '.wh.', '.wh..wh..opq', '\0', '9999 path=', 'GNU.sparse.', '\n']),
          random.below(bytes.length),
          'latin1',
        );
    }
    if (random.below(4) > 0 && at + BLOCK_BYTES <= bytes.length) seal(bytes.subarray(at, at + BLOCK_BYTES));
  }
  return random.below(8) === 0 ? bytes.subarray(0, random.below(bytes.length)) : bytes;
}

/** Every path of an operation is below the root. */
function check({ name, args }: PlanOperation, size: { of: number }): void {
  if (name === 'treeFile') size.of = Number(args.at(-1));
  if (name === 'treeData') {
    expect(Number(args[0]) + (args[1] as Buffer).length).toBeLessThanOrEqual(size.of);
    return;
  }
  if (name === 'treeXattr') return;
  const paths = name === 'treeLink' ? args.slice(0, 2) : args.slice(0, 1);
  for (const path of paths) {
    const text = Buffer.from(path as Buffer).toString('latin1');
    expect(text).toMatch(/^[^/\0]/);
    expect(text.split('/')).not.toContain('..');
    expect(text.includes('\0')).toBe(false);
  }
}

function parse(bytes: Buffer, step: number): void {
  const size = { of: 0 };
  const emitter = new TreeEmitter((operation) => check(operation, size), TAR_LIMITS);
  const parser = new TarParser(emitter, TAR_LIMITS);
  for (let at = 0; at < bytes.length; at += step) parser.push(bytes.subarray(at, at + step));
  parser.end();
  emitter.finish();
}

test('archives changed at random are refused or stay in their tree', () => {
  const seed = chooseSeed();
  const random = new Random(seed);
  const deadline = performance.now() + SECONDS * 1000;
  const counts = { taken: 0, refused: 0 };
  while (performance.now() < deadline) {
    const bytes = mutate(seeds[random.below(seeds.length)] as Buffer, random);
    const began = performance.now();
    try {
      parse(bytes, 1 + random.below(5000));
      counts.taken++;
    } catch (error) {
      if (!(error instanceof BoxError)) {
        const file = join(tmpdir(), `tar-fuzz-${seed}.tar`);
        writeFileSync(file, bytes);
        throw new Error(`the archive ${file} broke the parser (BOXYARD_SEED=${seed})`, { cause: error });
      }
      counts.refused++;
    }
    expect(performance.now() - began).toBeLessThan(SLOW_MS);
  }
  console.log(`${counts.taken} taken, ${counts.refused} refused`);
  expect(counts.taken).toBeGreaterThan(100);
  expect(counts.refused).toBeGreaterThan(100);
});
