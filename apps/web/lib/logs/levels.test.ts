import { expect, test } from 'vitest';
import { guessLevel } from './levels';

test.each([
  ['2026-11-22T05:53:27Z ERROR database gone', 'error'],
  ['WARN  [main] slow query', 'warn'],
  ['[error] 7#7: *1 open() failed', 'error'],
  ['npm warn deprecated foo', undefined],
  ['warning: unused variable', 'warn'],
  ['{"level":"info","msg":"listening"}', 'info'],
  ['{"time":"x","severity": "CRITICAL","m":1}', 'error'],
  ['{"level":50,"time":1,"msg":"x"}', 'error'],
  ['{"level":20,"msg":"an ERROR in words"}', 'debug'],
  ['time=2026 level=warning msg="disk"', 'warn'],
  ['E1122 05:53:27.123456       1 server.go:1] failed', 'error'],
  ['2026/11/22 [debug] x', 'debug'],
  ['12:00:01 | INFO | ready', 'info'],
  ['no error was found, all is INFORMATION', undefined],
  ['GET /error 200', undefined],
  ['', undefined],
  [`${'x'.repeat(300)} ERROR`, undefined],
])('%s → %s', (text, level) => {
  expect(guessLevel(text)).toBe(level);
});
