import { expect, it } from 'vitest';
import { parseAnsi, plainText } from './ansi';

it('leaves plain text, HTML included, as one span', () => {
  expect(parseAnsi('<b>ünd</b>')).toEqual([{ text: '<b>ünd</b>' }]);
});

it('reads named, bright, 256 and RGB colours and resets', () => {
  expect(parseAnsi('\x1b[31mred\x1b[0m \x1b[1;92mb\x1b[m\x1b[38;5;196mc\x1b[38;2;1;2;300md')).toEqual([
    { text: 'red', color: 'var(--ansi-1)' },
    { text: ' ' },
    { text: 'b', bold: true, color: 'var(--ansi-10)' },
    { text: 'c', color: 'rgb(255 0 0)' },
    { text: 'd', color: 'rgb(1 2 44)' },
  ]);
});

it('drops titles, cursor movement, clipboard writes and control characters', () => {
  expect(parseAnsi('a\x1b]0;title\x07b\x1b[2Jc\x1b]52;c;aGk=\x1b\\d\x08')).toEqual([
    { text: 'a' },
    { text: 'b' },
    { text: 'c' },
    { text: 'd' },
  ]);
});

it('shows what a link leads to as text', () => {
  const line = 'see \x1b]8;id=1;https://evil.example/\x1b\\your bank\x1b]8;;\x1b\\ now';
  expect(plainText(line)).toBe('see your bank <https://evil.example/> now');
  expect(plainText('\x1b]8;;http://x\x07open')).toBe('open <http://x>');
});

it('drops what is cut off in the middle, and what only a terminal answers', () => {
  expect(plainText('a\x1b]52;c;c2VjcmV0')).toBe('a');
  expect(plainText('a\x1bP+q544e\x1b\\b\x1b[6nc\x1b(0d\x1b[38;5')).toBe('abcd');
  expect(plainText('\x9b31mx\x00')).toBe('31mx');
});

it('shows the last state of a line that was written over, and tabs as columns', () => {
  expect(plainText('10%\r50%\r100%\r')).toBe('100%');
  expect(parseAnsi('a\tb')).toEqual([{ text: 'a       b' }]);
  expect(parseAnsi('\x1b[1ma\x1b[0m\tb').map(({ text }) => text)).toEqual(['a', '       b']);
});

it('keeps bold, dim, italic and underline apart, and reads past backgrounds', () => {
  expect(parseAnsi('\x1b[1;3;4mx\x1b[22;24my\x1b[48;5;9;32mz')).toEqual([
    { text: 'x', bold: true, italic: true, underline: true },
    { text: 'y', italic: true },
    { text: 'z', italic: true, color: 'var(--ansi-2)' },
  ]);
});
