import { useEffect, useRef } from 'react';
import { createStore, useStore } from './store';

export interface Key {
  /** What it does, for the help. */
  label: string;
  run(event: KeyboardEvent): void;
}
/** What is pressed: `s`, `?`, `Escape`, `ArrowDown`, one after the other `g c`, or with ⌘ (Ctrl elsewhere) `mod+k`. */
export type KeyMap = Record<string, Key>;

export interface KeyOptions {
  /** Heading in the help. */
  group: string;
  /** Default true. */
  enabled?: boolean;
}

interface Registration {
  group: string;
  keys: { current: KeyMap };
}

/** The second key of a sequence comes within this. */
const SEQUENCE_MS = 1_500;

const registrations = createStore<readonly Registration[]>([]);
const NONE: readonly Registration[] = [];

/**
 * Keys while this component is shown. They never fire while something is typed, in a terminal, or in a dialog or menu (unless that
 * carries `data-page-keys`). What was registered last wins. All are listed by the help, `?`.
 */
export function useKeys(map: KeyMap, { group, enabled = true }: KeyOptions): void {
  const keys = useRef(map);
  useEffect(() => {
    keys.current = map;
  });
  useEffect(() => {
    if (!enabled) return;
    const registration = { group, keys };
    registrations.set([...registrations.get(), registration]);
    return () => registrations.set(registrations.get().filter((other) => other !== registration));
  }, [group, enabled]);
}

/** For the help: groups in the order they appeared, each key once. */
export function useKeyHelp(): { group: string; keys: { keys: string; label: string }[] }[] {
  const all = useStore(registrations, NONE);
  const groups = new Map<string, Map<string, string>>();
  for (const { group, keys } of all) {
    const entries = groups.get(group) ?? new Map<string, string>();
    for (const [pressed, { label }] of Object.entries(keys.current)) entries.set(pressed, label);
    groups.set(group, entries);
  }
  return [...groups].map(([group, entries]) => ({
    group,
    keys: [...entries].map(([keys, label]) => ({ keys, label })),
  }));
}

export type KeyPlace = 'page' | 'typing' | 'terminal' | 'overlay';

/** Where a key was pressed decides whose it is. */
export function placeOf(target: EventTarget | null): KeyPlace {
  if (!(target instanceof Element)) return 'page';
  if (target.closest('.xterm')) return 'terminal';
  if (target.closest('input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable=true]'))
    return 'typing';
  const overlay = target.closest('dialog, [role=dialog], [role=alertdialog], [role=menu], [role=listbox]');
  return overlay && !overlay.closest('[data-page-keys]') ? 'overlay' : 'page';
}

/** How a pressed key is written in a map; null for what is never ours. In a terminal only ⌘ and Ctrl-Shift chords are. */
export function nameOf(
  { key, ctrlKey, metaKey, shiftKey, altKey }: KeyboardEvent,
  place: KeyPlace,
  altGraph: boolean,
): string | null {
  if (altKey && !altGraph) return null;
  if (metaKey || (ctrlKey && !altGraph)) {
    if (place === 'terminal' && !metaKey && !shiftKey) return null;
    return key.length === 1 ? `mod+${key.toLowerCase()}` : null;
  }
  return place === 'page' ? key : null;
}

let pending = '';
let pendingSince = 0;

function pressed(event: KeyboardEvent): void {
  // An arrow that is held goes on; a letter that is held does its thing once.
  if (event.isComposing || (event.repeat && event.key.length === 1)) return;
  const name = nameOf(event, placeOf(event.target), event.getModifierState('AltGraph'));
  if (name === null || name === 'Shift' || name === 'AltGraph') return;
  const sequence = pending && event.timeStamp - pendingSince < SEQUENCE_MS ? `${pending} ${name}` : name;
  pending = '';
  const newestFirst = registrations.get().toReversed();
  const find = (wanted: string) => newestFirst.flatMap(({ keys }) => keys.current[wanted] ?? [])[0];
  const found = find(sequence) ?? find(name);
  if (found) {
    event.preventDefault();
    event.stopPropagation();
    found.run(event);
  } else if (
    newestFirst.some(({ keys }) => Object.keys(keys.current).some((key) => key.startsWith(`${name} `)))
  ) {
    pending = name;
    pendingSince = event.timeStamp;
  }
}

/** Listens for the whole tab, before a terminal sees the key; the shell does this once. */
export function listenForKeys(): () => void {
  document.addEventListener('keydown', pressed, { capture: true });
  return () => document.removeEventListener('keydown', pressed, { capture: true });
}
