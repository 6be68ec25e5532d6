import { INPUT_WINDOW_BYTES } from '@boxyard/spec';
import { expect, test } from 'vitest';
import { InputWindow } from './input-window.ts';

const taken = (window: InputWindow) =>
  [...window.take()].map((piece) =>
    piece.kind === 'end' ? `end ${piece.offset}` : `${piece.offset}+${piece.bytes.length}`,
  );

test('what fits goes out at once, the end after it', () => {
  const window = new InputWindow();
  window.push(0, Buffer.from('hello'));
  window.close(5);
  expect(taken(window)).toEqual(['0+5', 'end 5']);
  expect(window.empty).toBe(true);
});

test('no more than a window is on its way, and the rest follows what was accepted', () => {
  const window = new InputWindow();
  const length = 2.5 * INPUT_WINDOW_BYTES;
  window.push(0, Buffer.alloc(length));
  window.close(length);
  expect(taken(window)).toEqual([`0+${INPUT_WINDOW_BYTES}`]);
  expect(taken(window)).toEqual([]);
  window.accept(1000);
  expect(taken(window)).toEqual([`${INPUT_WINDOW_BYTES}+1000`]);
  window.accept(INPUT_WINDOW_BYTES + 1000);
  expect(taken(window)).toEqual([`${INPUT_WINDOW_BYTES + 1000}+${INPUT_WINDOW_BYTES}`]);
  window.accept(2 * INPUT_WINDOW_BYTES + 1000);
  expect(taken(window)).toEqual([
    `${2 * INPUT_WINDOW_BYTES + 1000}+${0.5 * INPUT_WINDOW_BYTES - 1000}`,
    `end ${length}`,
  ]);
});

test('a repeat of what was accepted before is left out', () => {
  const window = new InputWindow();
  window.accept(4);
  window.push(0, Buffer.from('one '));
  window.push(4, Buffer.from('two'));
  expect(taken(window)).toEqual(['4+3']);
});
