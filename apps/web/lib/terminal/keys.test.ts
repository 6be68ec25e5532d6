import { expect, test } from 'vitest';
import { chordOf, withCtrl } from './keys.ts';

const key = (key: string, held: Partial<KeyboardEvent> = {}) =>
  ({ key, ctrlKey: false, shiftKey: false, metaKey: false, altKey: false, ...held }) as KeyboardEvent;

test('Ctrl-Shift chords are ours, Ctrl alone is the program’s', () => {
  expect(chordOf(key('F', { ctrlKey: true, shiftKey: true }))).toBe('find');
  expect(chordOf(key('L', { ctrlKey: true, shiftKey: true }))).toBe('leave');
  expect(chordOf(key('+', { ctrlKey: true, shiftKey: true }))).toBe('larger');
  expect(chordOf(key('f', { metaKey: true }))).toBe('find');
  expect(chordOf(key('c', { ctrlKey: true }))).toBeUndefined();
  expect(chordOf(key('F', { ctrlKey: true, shiftKey: true, altKey: true }))).toBeUndefined();
});

test('a letter after Ctrl is its control character', () => {
  expect(['c', 'C', '[', ' ', '?', 'ü', 'ls'].map(withCtrl)).toEqual([
    '\x03',
    '\x03',
    '\x1b',
    '\0',
    '\x7f',
    'ü',
    'ls',
  ]);
});
