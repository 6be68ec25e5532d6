import { describe, expect, it } from 'vitest';
import { type KeyPlace, nameOf } from './keys.ts';
import { shownKeys } from './platform.ts';

const press = (key: string, held: Partial<KeyboardEvent> = {}) =>
  ({ key, ctrlKey: false, metaKey: false, shiftKey: false, altKey: false, ...held }) as KeyboardEvent;
const CTRL = { ctrlKey: true };
const CTRL_SHIFT = { ctrlKey: true, shiftKey: true };
const COMMAND = { metaKey: true };

describe('a key that is pressed', () => {
  it('is the page’s only on the page', () => {
    const places: KeyPlace[] = ['page', 'typing', 'terminal', 'overlay'];
    expect(places.map((place) => nameOf(press('l'), place, false))).toEqual(['l', null, null, null]);
  });

  it('with Ctrl or ⌘ is ours everywhere but in a terminal, which keeps Ctrl for itself', () => {
    expect(nameOf(press('k', CTRL), 'typing', false)).toBe('mod+k');
    expect(nameOf(press('k', CTRL), 'terminal', false)).toBe(null);
    expect(nameOf(press('K', CTRL_SHIFT), 'terminal', false)).toBe('mod+k');
    expect(nameOf(press('k', COMMAND), 'terminal', false)).toBe('mod+k');
  });

  it('with AltGr is the character it makes: [ and \\ of many keyboards', () => {
    expect(nameOf(press('[', { ctrlKey: true, altKey: true }), 'page', true)).toBe('[');
    expect(nameOf(press('x', { altKey: true }), 'page', false)).toBe(null);
  });
});

describe('keys in the help', () => {
  it('are written as people read them', () => {
    expect(['g c', 'mod+k', 'ArrowDown', '?', '+'].map((keys) => shownKeys(keys, '⌘'))).toEqual([
      'g c',
      '⌘ K',
      '↓',
      '?',
      '+',
    ]);
  });
});
