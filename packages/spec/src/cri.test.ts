import { expect, test } from 'vitest';
import { CriTextSplitter, criContentLength, formatCri, parseCri, scanCri } from './cri.ts';

const T = '2026-11-22T05:53:27.123456789Z';
const log = Buffer.from(
  `${T} stdout F one\n${T} stderr F oops\n${T} stdout P par\n${T} stdout F tial\n${T} stdout F \n${T} stdout G 17\n`,
);

function split(bytes: Uint8Array, options: ConstructorParameters<typeof CriTextSplitter>[1] = {}) {
  const pieces: [number, string][] = [];
  const splitter = new CriTextSplitter(
    (stream, text) => pieces.push([stream, Buffer.from(text).toString()]),
    options,
  );
  const taken = splitter.push(bytes);
  splitter.end();
  return { pieces, taken };
}

test('records are parsed and formatted back to the same bytes', () => {
  const records = parseCri(log);
  expect(records.map(({ stream, tag, text }) => `${stream} ${tag} ${text}`)).toEqual([
    'stdout F one',
    'stderr F oops',
    'stdout P par',
    'stdout F tial',
    'stdout F ',
    'stdout G 17',
  ]);
  expect(records.map(formatCri).join('')).toBe(log.toString());
});

test('content lengths count the newline of whole lines and the bytes a gap lost', () => {
  const lengths: number[] = [];
  scanCri(log, (span) => lengths.push(criContentLength(log, span)));
  expect(lengths).toEqual([4, 5, 3, 5, 1, 17]);
});

test('an incomplete last line is left for the next block', () => {
  const cut = log.subarray(0, log.length - 30);
  const whole = scanCri(cut, () => undefined);
  expect(log.subarray(0, whole).toString().endsWith('stdout F \n')).toBe(true);
  expect(split(cut).taken).toBe(whole);
});

test('damaged lines are skipped, the rest is read', () => {
  const damaged = Buffer.concat([Buffer.from('rubbish\n'), log, Buffer.from('short\n'), log]);
  expect(parseCri(damaged)).toHaveLength(12);
  expect(split(damaged).pieces).toEqual([
    [1, 'one\npartial\n\none\npartial\n\n'],
    [2, 'oops\noops\n'],
  ]);
});

test('the splitter keeps the streams apart and joins partial lines', () => {
  expect(split(log).pieces).toEqual([
    [1, 'one\npartial\n\n'],
    [2, 'oops\n'],
  ]);
});

test('the splitter keeps the order of lines when both streams go to one place', () => {
  expect(split(log, { ordered: true }).pieces).toEqual([
    [1, 'one\n'],
    [2, 'oops\n'],
    [1, 'partial\n\n'],
  ]);
});

test('timestamps stand at the beginning of lines, not of partial records', () => {
  expect(split(log, { timestamps: true }).pieces[0]?.[1]).toBe(`${T} one\n${T} partial\n${T} \n`);
});

test('texts longer than the buffer and long texts come out whole', () => {
  const long = 'x'.repeat(5000);
  const { pieces } = split(Buffer.from(`${T} stdout F a\n${T} stdout F ${long}\n${T} stdout F b\n`), {
    bufferBytes: 128,
  });
  expect(pieces.map(([, text]) => text).join('')).toBe(`a\n${long}\nb\n`);
});

test('bytes that are not UTF-8 pass unchanged', () => {
  const bytes = Buffer.concat([
    Buffer.from(`${T} stdout F `),
    Buffer.from([0xff, 0x00, 0xc3]),
    Buffer.from('\n'),
  ]);
  const out: number[] = [];
  const splitter = new CriTextSplitter((_, text) => out.push(...text));
  splitter.push(bytes);
  splitter.end();
  expect(out).toEqual([0xff, 0x00, 0xc3, 0x0a]);
});
