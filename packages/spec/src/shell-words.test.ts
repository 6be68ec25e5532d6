import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { joinShellWords, splitShellWords } from './shell-words.ts';

const texts = (line: string) => splitShellWords(line).words.map(({ text }) => text);

test.each([
  ['', []],
  ['  a\tb\n c ', ['a', 'b', 'c']],
  [`sh -c 'echo "hi"'`, ['sh', '-c', 'echo "hi"']],
  [`a'b'"c"\\d`, ['abcd']],
  [`'' ""`, ['', '']],
  ['"a\\"b\\\\c\\n"', ['a"b\\c\\n']],
  ['$HOME "$(x)" `y`', ['$HOME', '$(x)', '`y`']],
  ['a \\\n  b', ['a', 'b']],
  ['a\\\nb', ['ab']],
  ['"a\\\nb"', ['ab']],
  ['a # the rest | is said\nb', ['a', 'b']],
  ['a#b', ['a#b']],
  ['*.txt ~/x {a,b}', ['*.txt', '~/x', '{a,b}']],
  ['😀 \u202Eabc', ['😀', '\u202Eabc']],
])('%j has the words %j', (line, words) => {
  const split = splitShellWords(line);
  expect(split.problem).toBeUndefined();
  expect(split.words.map(({ text }) => text)).toEqual(words);
});

test('each word knows where it stands, quotes included', () => {
  const line = `box  'a b' c`;
  expect(splitShellWords(line).words.map(({ from, to }) => line.slice(from, to))).toEqual([
    'box',
    "'a b'",
    'c',
  ]);
});

test.each([
  [`a 'b`, 2, "a ' is not closed", ['a', 'b']],
  [`a "b c`, 2, 'a " is not closed', ['a', 'b c']],
  ['a \\', 2, 'lone \\', ['a', '']],
  ['a | b', 2, '"|" is for a shell', ['a']],
  ['a>b', 1, '">" is for a shell', ['a']],
])('%j is wrong at %i', (line, at, message, words) => {
  const { problem } = splitShellWords(line);
  expect(problem).toMatchObject({ at, message: expect.stringContaining(message) });
  expect(texts(line)).toEqual(words);
});

const AWKWARD = [
  '',
  ' ',
  "it's",
  'a"b',
  '$HOME',
  '`id`',
  'a\\b',
  'a\nb',
  '*',
  '#x',
  '~',
  '=x',
  '!x',
  '{a,b}',
  '-e',
  'A=b c',
  '😀',
  '\u202E<b>',
  'x'.repeat(10_000),
];

test('what is joined splits into the same words, here and in a real shell', () => {
  const line = joinShellWords(AWKWARD);
  expect(texts(line)).toEqual(AWKWARD);
  const printed = execFileSync('sh', ['-c', `printf '%s\\0' ${line}`], { encoding: 'utf8' });
  expect(printed.split('\0').slice(0, -1)).toEqual(AWKWARD);
});
