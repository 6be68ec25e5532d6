import { createStore, useStore } from './store';

/** In localStorage, and read by public/theme.js before the first paint. */
const KEY = 'boxyard.rail';
const narrow = createStore(
  typeof document !== 'undefined' && document.documentElement.dataset.rail === 'narrow',
);

/** Whether the rail shows icons alone. */
export function useRail(): boolean {
  return useStore(narrow, false);
}

export function toggleRail(): void {
  const next = !narrow.get();
  localStorage.setItem(KEY, next ? 'narrow' : 'wide');
  if (next) document.documentElement.dataset.rail = 'narrow';
  else delete document.documentElement.dataset.rail;
  narrow.set(next);
}
