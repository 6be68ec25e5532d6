import { expect, it } from 'vitest';
import { parseAnsi } from './ansi';

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
  expect(parseAnsi('a\x1b]0;title\x07b\x1b[2Jc\x1b]52;c;aGk=\x1b\\d\r\x08')).toEqual([
    { text: 'a' },
    { text: 'b' },
    { text: 'c' },
    { text: 'd' },
  ]);
});
