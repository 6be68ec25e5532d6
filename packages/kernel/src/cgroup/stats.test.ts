import { expect, test } from 'vitest';
import {
  parseAmount,
  parseCpuUsage,
  parseIoStat,
  parsePressure,
  parseProcs,
  parseResidentPages,
} from './stats.ts';

test('CPU time is read from a cpu.stat of a host without the cpu controller', () => {
  expect(parseCpuUsage('usage_usec 1834092\nuser_usec 1201133\nsystem_usec 632959\nnice_usec 0\n')).toBe(
    1_834_092,
  );
  expect(parseCpuUsage('')).toBe(0);
});

test('an amount may be no limit at all', () => {
  expect(parseAmount('536870912\n')).toBe(536_870_912);
  expect(parseAmount('max\n')).toBeNull();
});

test('bytes of all block devices add up, and discarded ones do not count', () => {
  const text =
    '8:16 rbytes=1459200 wbytes=314773504 rios=192 wios=353 dbytes=50331648 dios=3021\n' +
    '8:0 rbytes=90430464 wbytes=299008000 rios=8950 wios=1252 dbytes=0 dios=0\n';
  expect(parseIoStat(text)).toEqual({ read: 91_889_664, written: 613_781_504 });
  expect(parseIoStat('')).toEqual({ read: 0, written: 0 });
});

test('pressure is the share of the last ten seconds in which some task waited', () => {
  const text =
    'some avg10=12.38 avg60=0.89 avg300=2.40 total=2314727529\nfull avg10=0.45 avg60=0.23 avg300=0.17 total=68100816\n';
  expect(parsePressure(text)).toBe(12.38);
  expect(parsePressure('')).toBeNull();
});

test('processes of other pid namespaces are left out of the list', () => {
  expect(parseProcs('812\n0\n4711\n')).toEqual([812, 4711]);
  expect(parseProcs('')).toEqual([]);
});

test('the resident set is the second field of statm', () => {
  expect(parseResidentPages('5562 2890 2016 5 0 742 0\n')).toBe(2_890);
  expect(parseResidentPages('0 0 0 0 0 0 0\n')).toBe(0);
});
