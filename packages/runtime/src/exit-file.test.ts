import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { parseExitFile, readExitFile } from './exit-file.ts';

const directory = mkdtempSync(join(tmpdir(), 'bx-exit.'));
afterAll(() => rmSync(directory, { recursive: true }));

/** As a supervisor wrote it. */
const WRITTEN =
  '{"code":-1,"signal":9,"oom":false,"finishedAt":"2026-11-22T06:57:57.409644917Z","outputEnd":12,"startedAt":"2026-11-22T06:57:57.311410646Z","bootId":"f5b91228-d6b4-4196-ab3e-68ba1b78f646","execs":[{"id":"ab12","code":4,"signal":0,"oom":false,"finishedAt":"2026-11-22T06:57:57.348227586Z","outputEnd":3}]}\n';

test('the record of an end is read, with the exec sessions nobody asked about', () => {
  expect(parseExitFile(WRITTEN)).toEqual({
    status: { kind: 'signal', signal: 9 },
    startedAt: '2026-11-22T06:57:57.311410646Z',
    finishedAt: '2026-11-22T06:57:57.409644917Z',
    outputEnd: 12,
    bootId: 'f5b91228-d6b4-4196-ab3e-68ba1b78f646',
    error: undefined,
    execs: [
      {
        id: 'ab12',
        status: { kind: 'code', code: 4 },
        finishedAt: '2026-11-22T06:57:57.348227586Z',
        outputEnd: 3,
      },
    ],
  });
});

test('an end for want of memory, and a start that failed', () => {
  expect(parseExitFile(WRITTEN.replace('"oom":false', '"oom":true')).status).toEqual({
    kind: 'oom',
    signal: 9,
  });
  const failed = WRITTEN.replace(/"startedAt":"[^"]*"/, '"startedAt":null').replace(
    '"execs"',
    '"error":"no","execs"',
  );
  expect(parseExitFile(failed)).toMatchObject({ startedAt: null, error: 'no' });
});

test('no file is no record, and a damaged one is an error that names it', () => {
  expect(readExitFile(directory)).toBeUndefined();
  for (const text of ['', '{"code":1}', '[]', 'null', WRITTEN.slice(0, 60), WRITTEN.replace('"ab12"', '7')]) {
    writeFileSync(join(directory, 'exit.json'), text);
    expect(() => readExitFile(directory)).toThrow(
      expect.objectContaining({
        code: 'DAMAGED',
        message: expect.stringContaining(`${directory}/exit.json is damaged`),
      }),
    );
  }
});
