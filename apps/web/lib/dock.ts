import { createStore, useStore } from './store';

/** What a tab of the dock shows. */
export interface DockItem {
  kind: 'terminal' | 'logs';
  container: { id: string; name: string };
  /** Of a terminal: '' or absent for the box's own. */
  session?: string;
  title: string;
}
export interface DockTab extends DockItem {
  /** The same item is the same tab. */
  key: string;
}
export interface Dock {
  tabs: readonly DockTab[];
  /** Key of the tab in front. */
  active: string | null;
  size: 'minimised' | 'open' | 'maximised';
  /** Pixels while `open`. */
  height: number;
}

const STORAGE_KEY = 'boxyard.dock';
export const DOCK_HEIGHT_MIN = 120;
const HEIGHT_DEFAULT = 300;
/** Of the window: above it, maximising says better what is wanted. */
const HEIGHT_MOST = 0.75;
const EMPTY: Dock = { tabs: [], active: null, size: 'open', height: HEIGHT_DEFAULT };

const dock = createStore<Dock>(EMPTY);

function change(next: Partial<Dock>): void {
  dock.set({ ...dock.get(), ...next });
  sessionStorage.setItem(STORAGE_KEY, JSON.stringify(dock.get()));
}

/** What this tab of the browser had open before it was loaded anew. */
export function restoreDock(): void {
  try {
    const stored = JSON.parse(sessionStorage.getItem(STORAGE_KEY) ?? 'null') as Partial<Dock> | null;
    if (stored?.tabs) dock.set({ ...EMPTY, ...stored });
  } catch {
    sessionStorage.removeItem(STORAGE_KEY);
  }
}

/** Shows a terminal or a log at the bottom of every page; one that is there already comes to the front. */
export function openInDock(item: DockItem): void {
  const key = [item.kind, item.container.id, item.session ?? ''].join('/');
  const { tabs, size } = dock.get();
  const known = tabs.some((tab) => tab.key === key);
  change({
    tabs: known ? tabs : [...tabs, { ...item, key }],
    active: key,
    size: size === 'minimised' ? 'open' : size,
  });
}

/** Takes a tab away. A terminal's session goes on in its box. */
export function closeDockTab(key: string): void {
  const { tabs, active } = dock.get();
  const index = tabs.findIndex((tab) => tab.key === key);
  const left = tabs.filter((tab) => tab.key !== key);
  const neighbour = left[Math.min(index, left.length - 1)]?.key ?? null;
  change({ tabs: left, active: active === key ? neighbour : active });
}

export function showDockTab(key: string): void {
  const { size } = dock.get();
  change({ active: key, size: size === 'minimised' ? 'open' : size });
}

export function sizeDock(size: Dock['size']): void {
  change({ size });
}

/** What a window of this height has for the dock at most, pixels. */
export function dockHeightMost(): number {
  return Math.max(DOCK_HEIGHT_MIN, Math.round(innerHeight * HEIGHT_MOST));
}

/** `height` in pixels; kept between the least that is of use and what the window has. */
export function setDockHeight(height: number): void {
  const kept = Math.min(Math.max(height, DOCK_HEIGHT_MIN), dockHeightMost());
  change({ height: Math.round(kept), size: 'open' });
}

export function useDock(): Dock {
  return useStore(dock, EMPTY);
}
