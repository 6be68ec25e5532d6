/** What a chord in a terminal means to us; everything else is the program's. */
export type TerminalChord = 'copy' | 'paste' | 'find' | 'larger' | 'smaller' | 'usual' | 'leave';

/** Tab is the program's, so the keyboard needs another way out (WCAG 2.2, 2.1.2). */
export const LEAVE_KEYS = 'Ctrl+Shift+L';

const CHORDS: Record<string, TerminalChord> = {
  c: 'copy',
  v: 'paste',
  f: 'find',
  l: 'leave',
  '+': 'larger',
  '=': 'larger',
  '*': 'larger',
  '-': 'smaller',
  _: 'smaller',
  '0': 'usual',
  ')': 'usual',
};

/** Ctrl-Shift chords, and ⌘F on a Mac: terminals have no use for them. */
export function chordOf({
  key,
  ctrlKey,
  shiftKey,
  metaKey,
  altKey,
}: KeyboardEvent): TerminalChord | undefined {
  if (altKey) return undefined;
  if (metaKey && !ctrlKey) return key === 'f' ? 'find' : undefined;
  return ctrlKey && shiftKey ? CHORDS[key.toLowerCase()] : undefined;
}

/** What a letter sends while Ctrl is held: the C0 control with the same low five bits. Other text stays. */
export function withCtrl(text: string): string {
  if (text === '?') return '\x7f';
  if (text === ' ') return '\0';
  const code = text.length === 1 ? text.toUpperCase().charCodeAt(0) : 0;
  return code >= 0x40 && code <= 0x5f ? String.fromCharCode(code - 0x40) : text;
}

/** The keys that a phone lacks. `code` is what they send; arrows depend on what the program asked for (DECCKM). */
export const SCREEN_KEYS = [
  { label: 'Esc', name: 'Escape', code: '\x1b' },
  { label: 'Tab', name: 'Tab', code: '\t' },
  { label: '←', name: 'Left', arrow: 'D' },
  { label: '↑', name: 'Up', arrow: 'A' },
  { label: '↓', name: 'Down', arrow: 'B' },
  { label: '→', name: 'Right', arrow: 'C' },
  { label: '|', name: 'Pipe', code: '|' },
  { label: '/', name: 'Slash', code: '/' },
  { label: '-', name: 'Dash', code: '-' },
  { label: '~', name: 'Tilde', code: '~' },
] as const;
export type ScreenKey = (typeof SCREEN_KEYS)[number];
