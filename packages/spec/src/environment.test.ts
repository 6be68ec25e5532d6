import { expect, test } from 'vitest';
import { mergeEnvironment, parseEnvironmentFile, parseEnvironmentFlag } from './environment.ts';

const caller: Record<string, string> = { HOME: '/home/me', EMPTY: '' };
const lookup = (key: string) => caller[key];

test.each([
  ['A=1', 'A=1'],
  ['A=', 'A='],
  ['A=b=c', 'A=b=c'],
  ['HOME', 'HOME=/home/me'],
  ['EMPTY', 'EMPTY='],
  ['MISSING', undefined],
])('-e %s gives %s', (text, entry) => {
  expect(parseEnvironmentFlag(text, lookup)).toBe(entry);
});

test.each(['', '=1', 'A=\0'])('-e %j is refused', (text) => {
  expect(() => parseEnvironmentFlag(text, lookup)).toThrow(/-e /);
});

test('an env file is read as Docker reads it', () => {
  const text = '\uFEFFA=1\r\n# comment\n\n  B="quoted"  \nC=a # no comment\nHOME\nMISSING\nD=\n';
  expect(parseEnvironmentFile(text, 'file.env', lookup)).toEqual([
    'A=1',
    'B="quoted"  ',
    'C=a # no comment',
    'HOME=/home/me',
    'D=',
  ]);
});

test.each([
  ['A=1\n=2', /file\.env:2: no name/],
  ['A B=1', /file\.env:1: the name "A B" contains white space/],
  ['export A=1', /white space/],
])('the env file %j is refused with its line', (text, message) => {
  expect(() => parseEnvironmentFile(text, 'file.env', lookup)).toThrow(message);
});

test('later entries replace earlier ones of the same key', () => {
  expect(mergeEnvironment(['A=1', 'B=2'], ['A=3'], ['C=4'])).toEqual(['A=3', 'B=2', 'C=4']);
});
