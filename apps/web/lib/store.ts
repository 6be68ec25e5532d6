import { useSyncExternalStore } from 'react';

/** A value of this tab that components follow. */
export interface Store<T> {
  get(): T;
  set(next: T): void;
  subscribe(listener: () => void): () => void;
}

export function createStore<T>(initial: T): Store<T> {
  let value = initial;
  const listeners = new Set<() => void>();
  return {
    get: () => value,
    set(next) {
      if (Object.is(next, value)) return;
      value = next;
      for (const listener of listeners) listener();
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

/** The value now, and again when it changes. `exported`: what the static export shows before the page is alive. */
export function useStore<T>(store: Store<T>, exported: T): T {
  return useSyncExternalStore(store.subscribe, store.get, () => exported);
}
