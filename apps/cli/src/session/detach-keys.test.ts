import { expect, test } from 'vitest';
import { DetachFilter, parseDetachKeys } from './detach-keys.ts';

test.each([
  ['ctrl-p,ctrl-q', [16, 17]],
  ['ctrl-@,a', [0, 97]],
  ['ctrl-[,ctrl-\\', [27, 28]],
  ['', []],
])('%s are the bytes %j', (text, bytes) => {
  expect(parseDetachKeys(text)).toEqual(bytes);
});

test.each(['ctrl-', 'ctrl-1', 'ab', 'a,,b'])('"%s" are no keys', (text) => {
  expect(() => parseDetachKeys(text)).toThrow(/is no key/);
});

function type(...chunks: string[]) {
  const filter = new DetachFilter([16, 17]);
  let text = '';
  for (const chunk of chunks) {
    const { bytes, detached } = filter.push(Buffer.from(chunk, 'latin1'));
    text += Buffer.from(bytes).toString('latin1');
    if (detached) return { text, detached };
  }
  return { text, detached: false };
}

test('the sequence detaches, in one piece or in two, and is not passed on', () => {
  expect(type('ls\x10\x11rest')).toEqual({ text: 'ls', detached: true });
  expect(type('ls\x10', '\x11')).toEqual({ text: 'ls', detached: true });
});

test('its beginning alone is held back, and passed on with what follows', () => {
  expect(type('\x10')).toEqual({ text: '', detached: false });
  expect(type('\x10', 'x')).toEqual({ text: '\x10x', detached: false });
  expect(type('\x10\x10\x11')).toEqual({ text: '\x10', detached: true });
});
