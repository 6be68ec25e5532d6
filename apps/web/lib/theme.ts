import { useSyncExternalStore } from 'react';

export type Theme = 'system' | 'light' | 'dark';
const KEY = 'boxyard.theme';
const ORDER: readonly Theme[] = ['system', 'light', 'dark'];
const listeners = new Set<() => void>();

function stored(): Theme {
  const value = localStorage.getItem(KEY);
  return ORDER.find((theme) => theme === value) ?? 'system';
}

/** Puts the chosen theme on <html>; without one the system's preference rules. */
export function applyTheme(): void {
  const theme = stored();
  if (theme === 'system') delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
}

/** The chosen theme and a function that goes on to the next. */
export function useTheme(): [Theme, () => void] {
  const theme = useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    stored,
    () => 'system' as const,
  );
  const next = () => {
    localStorage.setItem(KEY, ORDER[(ORDER.indexOf(stored()) + 1) % ORDER.length] as Theme);
    applyTheme();
    for (const listener of listeners) listener();
  };
  return [theme, next];
}
