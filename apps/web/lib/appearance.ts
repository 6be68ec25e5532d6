import { createStore, type Store, useStore } from './store';

export type Density = 'comfortable' | 'compact';
export const DENSITIES: readonly Density[] = ['comfortable', 'compact'];
/** CSS pixels. */
export const TERMINAL_FONT_SIZES = [11, 12, 13, 14, 16, 18, 20, 24] as const;
export type TerminalFontSize = (typeof TERMINAL_FONT_SIZES)[number];
const TERMINAL_FONT_DEFAULT: TerminalFontSize = 13;

/** In localStorage; the density is read by public/theme.js before the first paint. */
const DENSITY_KEY = 'boxyard.density';
const TERMINAL_FONT_KEY = 'boxyard.terminal-font';

const density = keptStore<Density>(
  DENSITY_KEY,
  (text) => DENSITIES.find((known) => known === text) ?? 'comfortable',
);
const terminalFont = keptStore<TerminalFontSize>(
  TERMINAL_FONT_KEY,
  (text) => TERMINAL_FONT_SIZES.find((known) => String(known) === text) ?? TERMINAL_FONT_DEFAULT,
);

/** What this browser remembers; other tabs follow. */
function keptStore<T>(key: string, parse: (text: string | null) => T): Store<T> {
  if (typeof window === 'undefined') return createStore(parse(null));
  const store = createStore(parse(localStorage.getItem(key)));
  addEventListener('storage', (event) => {
    if (event.key === key) store.set(parse(event.newValue));
  });
  store.subscribe(() => localStorage.setItem(key, String(store.get())));
  return store;
}

density.subscribe(() => {
  if (density.get() === 'compact') document.documentElement.dataset.density = 'compact';
  else delete document.documentElement.dataset.density;
});

/** How high rows are, and a function that chooses. */
export function useDensity(): [Density, (next: Density) => void] {
  return [useStore(density, 'comfortable'), density.set];
}

/** The size of terminals' text, and a function that chooses. */
export function useTerminalFontSize(): [TerminalFontSize, (next: TerminalFontSize) => void] {
  return [useStore(terminalFont, TERMINAL_FONT_DEFAULT), terminalFont.set];
}

/** The same for what lives outside React: `get`, and `subscribe` for changes. */
export const terminalFontSize: Pick<Store<TerminalFontSize>, 'get' | 'subscribe'> = terminalFont;
