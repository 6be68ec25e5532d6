import { useSyncExternalStore } from 'react';
import { COLUMN_IDS, type ColumnId, DEFAULT_COLUMNS } from './columns';

/** How this browser shows the list; what it shows is in the address. */
export interface ListPreferences {
  columns: readonly ColumnId[];
}

const KEY = 'boxyard.containers.list';
const DEFAULTS: ListPreferences = { columns: DEFAULT_COLUMNS };
const listeners = new Set<() => void>();
let current: ListPreferences | undefined;

/** What was remembered; anything else in the store counts as nothing. */
export function parsePreferences(text: string | null): ListPreferences {
  try {
    const { columns } = JSON.parse(text ?? '{}') as Partial<Record<keyof ListPreferences, unknown>>;
    return {
      columns: Array.isArray(columns) ? COLUMN_IDS.filter((id) => columns.includes(id)) : DEFAULTS.columns,
    };
  } catch {
    return DEFAULTS;
  }
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

function remembered(): ListPreferences {
  current ??= parsePreferences(localStorage.getItem(KEY));
  return current;
}

export function changePreferences(change: Partial<ListPreferences>): void {
  current = { ...remembered(), ...change };
  localStorage.setItem(KEY, JSON.stringify(current));
  for (const listener of listeners) listener();
}

export function usePreferences(): ListPreferences {
  return useSyncExternalStore(subscribe, remembered, () => DEFAULTS);
}
