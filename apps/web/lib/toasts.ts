import type { BoxError } from '@boxyard/spec';
import { useSyncExternalStore } from 'react';

export interface Toast {
  id: number;
  title: string;
  hint?: string | undefined;
}

let toasts: readonly Toast[] = [];
let last = 0;
const listeners = new Set<() => void>();

function set(next: readonly Toast[]): void {
  toasts = next;
  for (const listener of listeners) listener();
}

/** Shows what went wrong and what to do, until it is dismissed. */
export function toastError(error: BoxError): void {
  last += 1;
  set([...toasts.slice(-3), { id: last, title: error.message, hint: error.hint }]);
}

export function dismissToast(id: number): void {
  set(toasts.filter((toast) => toast.id !== id));
}

const NONE: readonly Toast[] = [];
export function useToasts(): readonly Toast[] {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => toasts,
    () => NONE,
  );
}
