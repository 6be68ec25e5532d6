import type { ContainerView } from '@boxyard/api';
import type { ContainerState } from '@boxyard/spec';
import { useSyncExternalStore } from 'react';

/** What this tab asked for and the feed has not told of yet: shown at once, so that a click is answered within a frame. */
interface Wish {
  state: ContainerState;
  /** Of the container when it was asked: any later one is the truth. */
  revision: number;
}
export type Wishes = ReadonlyMap<string, Wish>;

let wishes: Wishes = new Map();
const listeners = new Set<() => void>();

function change(edit: (next: Map<string, Wish>) => void): void {
  const next = new Map(wishes);
  edit(next);
  wishes = next;
  for (const listener of listeners) listener();
}

/** Shows these in the state they are about to have. */
export function wish(containers: readonly ContainerView[], state: ContainerState): void {
  change((next) => {
    for (const { id, revision } of containers) next.set(id, { state, revision });
  });
}

/** Shows them as the feed has them again. */
export function withdraw(ids: readonly string[]): void {
  change((next) => {
    for (const id of ids) next.delete(id);
  });
}

/** The container as it is to be shown: the same object when nothing is wished for it. */
export function withWish(container: ContainerView, wishes: Wishes): ContainerView {
  const wish = wishes.get(container.id);
  return wish && wish.revision === container.revision ? { ...container, state: wish.state } : container;
}

const NONE: Wishes = new Map();

export function useWishes(): Wishes {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => wishes,
    () => NONE,
  );
}
