import { useSyncExternalStore } from 'react';

const never = () => () => {};

/** What the key that carries our chords is called here: ⌘ or Ctrl. */
export function useModName(): '⌘' | 'Ctrl' {
  return useSyncExternalStore(
    never,
    () => (/mac|iphone|ipad/i.test(navigator.platform) ? '⌘' : 'Ctrl'),
    () => 'Ctrl',
  );
}

/** A key of lib/keys.ts as people read it: `⌘ K`, `g c`, `↓`. */
export function shownKeys(keys: string, mod: string): string {
  return keys
    .split(' ')
    .flatMap((key) => key.split(/(?<=.)\+(?=.)/))
    .map((key) =>
      key === 'mod'
        ? mod
        : (NAMES[key] ?? (key.length === 1 && keys.includes('+') ? key.toUpperCase() : key)),
    )
    .join(' ');
}

const NAMES: Record<string, string> = {
  ArrowDown: '↓',
  ArrowUp: '↑',
  ArrowLeft: '←',
  ArrowRight: '→',
  Escape: 'Esc',
  Enter: '↵',
  Space: '␣',
  shift: '⇧',
};
