import { expect, it } from 'vitest';
import { splitCommand } from './split-command';

it.each([
  ['', []],
  ['sh', ['sh']],
  ['  sleep   10 ', ['sleep', '10']],
  [`sh -c 'while :; do date; done'`, ['sh', '-c', 'while :; do date; done']],
  ['echo "a \\"b\\" \\n"', ['echo', 'a "b" \\n']],
  [`echo a'b'"c"\\ d`, ['echo', 'abc d']],
  [`echo ''`, ['echo', '']],
])('splits %s as a shell does', (text, words) => {
  expect(splitCommand(text)).toEqual(words);
});

it('says which quote is open', () => {
  expect(() => splitCommand(`echo 'x`)).toThrow(`unclosed '`);
});
