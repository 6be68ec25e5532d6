import { useSyncExternalStore } from 'react';

/** How this person likes terminals; the same for all of them, kept by the browser. */
export interface TerminalSettings {
  /** Pixels. */
  fontSize: number;
  /** Puts what is printed into the accessibility tree, at some cost: only for those who need it. */
  screenReader: boolean;
}

const KEY = 'boxyard.terminal';
const FONT_SIZES = { least: 8, usual: 13, most: 28 };
const USUAL: TerminalSettings = { fontSize: FONT_SIZES.usual, screenReader: false };
const listeners = new Set<() => void>();
let settings: TerminalSettings | undefined;

export function terminalSettings(): TerminalSettings {
  settings ??= stored();
  return settings;
}

function stored(): TerminalSettings {
  try {
    return { ...USUAL, ...(JSON.parse(localStorage.getItem(KEY) ?? '{}') as Partial<TerminalSettings>) };
  } catch {
    return USUAL;
  }
}

function change(next: Partial<TerminalSettings>): void {
  settings = { ...terminalSettings(), ...next };
  localStorage.setItem(KEY, JSON.stringify(settings));
  for (const listener of listeners) listener();
}

/** One pixel larger (1) or smaller (-1); 0: the usual size. */
export function zoomTerminals(step: -1 | 0 | 1): void {
  const { least, usual, most } = FONT_SIZES;
  const wanted = step === 0 ? usual : terminalSettings().fontSize + step;
  change({ fontSize: Math.min(Math.max(wanted, least), most) });
}

export function toggleScreenReader(): void {
  change({ screenReader: !terminalSettings().screenReader });
}

/** Calls `changed` after every change, until the returned function is called. */
export function watchTerminalSettings(changed: () => void): () => void {
  listeners.add(changed);
  return () => void listeners.delete(changed);
}

export function useTerminalSettings(): TerminalSettings {
  return useSyncExternalStore(watchTerminalSettings, terminalSettings, () => USUAL);
}
