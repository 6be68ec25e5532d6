import { expect, test } from 'vitest';
import { fuzzyFilter, fuzzyMatch } from './fuzzy';

const best = (query: string, texts: string[]) =>
  fuzzyFilter(query, texts, (text) => text).map(({ item }) => item);

test('the letters of the query must all be there, in order, in any case', () => {
  expect(fuzzyMatch('gct', 'Go to Containers')).not.toBeNull();
  expect(fuzzyMatch('tgc', 'Go to containers')).toBeNull();
  expect(best('LOG', ['Images', 'Logs of api', 'Go login'])).toEqual(['Logs of api', 'Go login']);
});

test('starts of words win over letters in the middle, and runs over scattered letters', () => {
  expect(best('st', ['Restart api', 'Stop api'])).toEqual(['Stop api', 'Restart api']);
  expect(best('api', ['Attach a pinned item', 'Open api'])).toEqual(['Open api', 'Attach a pinned item']);
  expect(best('sa', ['Has a tail', 'Show all'])).toEqual(['Show all', 'Has a tail']);
});

test('a match says which characters it used, and spaces in the query are only a pause', () => {
  expect(fuzzyMatch('stop api', 'Stop api')?.positions).toEqual([0, 1, 2, 3, 5, 6, 7]);
});

test('an empty query keeps everything in its order', () => {
  expect(best('', ['b', 'a'])).toEqual(['b', 'a']);
});
