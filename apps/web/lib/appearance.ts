import { createStore, useStore } from './store';

export type Density = 'comfortable' | 'compact';
export const DENSITIES: readonly Density[] = ['comfortable', 'compact'];

/** In localStorage, and read by public/theme.js before the first paint. */
const KEY = 'boxyard.density';
const density = createStore<Density>(
  typeof document !== 'undefined' && document.documentElement.dataset.density === 'compact'
    ? 'compact'
    : 'comfortable',
);

/** How high rows are. */
export function useDensity(): Density {
  return useStore(density, 'comfortable');
}

export function chooseDensity(next: Density): void {
  localStorage.setItem(KEY, next);
  if (next === 'compact') document.documentElement.dataset.density = 'compact';
  else delete document.documentElement.dataset.density;
  density.set(next);
}
