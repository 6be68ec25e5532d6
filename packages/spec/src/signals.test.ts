import { constants } from 'node:os';
import { expect, test } from 'vitest';
import { parseSignal, signalName } from './signals.ts';

test.each([
  ['TERM', 15],
  ['SIGTERM', 15],
  ['sigkill', 9],
  ['9', 9],
  ['64', 64],
  ['RTMIN', 34],
  ['SIGRTMIN+3', 37],
  ['RTMAX-1', 63],
  ['CLD', 17],
])('%s is signal %i', (text, number) => {
  expect(parseSignal(text)).toBe(number);
});

test.each([
  ['TREM', 'did you mean TERM?'],
  ['0', 'signals go from 1 to 64'],
  ['65', 'signals go from 1 to 64'],
  ['RTMIN+31', 'real-time signals go from RTMIN to RTMIN+30 = RTMAX'],
  ['', 'for example TERM, SIGHUP or 9'],
  ['constructor', 'for example TERM, SIGHUP or 9'],
  ['-9', 'for example TERM, SIGHUP or 9'],
])('%s is refused with a hint', (text, hint) => {
  expect(() => parseSignal(text)).toThrow(expect.objectContaining({ code: 'INVALID_ARGUMENT', hint }));
});

test('numbers agree with what Node knows of this machine', () => {
  for (const [name, number] of Object.entries(constants.signals)) expect(parseSignal(name)).toBe(number);
});

test('every name given back is understood again', () => {
  for (let number = 1; number <= 64; number++) expect(parseSignal(signalName(number))).toBe(number);
  expect([signalName(15), signalName(6), signalName(37), signalName(99)]).toEqual([
    'SIGTERM',
    'SIGABRT',
    'SIGRTMIN+3',
    '99',
  ]);
});
