import { createStore, useStore } from '../../lib/store';

/** What lies over the page and is loaded only when it is wanted. One at a time. */
export type Overlay = 'palette' | 'help' | 'more' | 'tasks' | null;

const overlay = createStore<Overlay>(null);

export function openOverlay(which: Overlay): void {
  overlay.set(which);
}

export function toggleOverlay(which: Overlay): void {
  overlay.set(overlay.get() === which ? null : which);
}

export function useOverlay(): Overlay {
  return useStore(overlay, null);
}
