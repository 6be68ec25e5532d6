import type { ContainerView } from '@boxyard/api';
import { useRouter } from 'next/navigation';
import { type KeyboardEvent, type RefObject, useLayoutEffect, useRef } from 'react';
import { allowed } from '../../lib/actions';
import { containerHref } from '../../lib/containers/links';
import { useKeys } from '../../lib/keys';
import type { Perform } from './container-actions';
import { openLogs } from './menu-items';

/** Rows that Page Up and Page Down move by. */
const PAGE_ROWS = 20;

interface ListKeysOptions {
  frame: RefObject<HTMLElement | null>;
  search: RefObject<HTMLInputElement | null>;
  rows: readonly ContainerView[];
  active: string | null;
  setActive: (id: string) => void;
  toggle: (id: string, range: boolean) => void;
  selectAll: () => void;
  peeking: boolean;
  peek: (id: string | null) => void;
  /** Escape, when no peek panel is open. */
  clear: (() => void) | undefined;
  perform: Perform;
}

export interface ListKeys {
  /** For the table. */
  onKeyDown: (event: KeyboardEvent<HTMLElement>) => void;
  /** Gives the focus to the row in hand. */
  focusList: () => void;
}

/** Single letters on the row in hand, arrows between rows. Letters do nothing while the focus is elsewhere on the page. */
export function useListKeys(options: ListKeysOptions): ListKeys {
  const { frame, search, rows, active, setActive, toggle, selectAll, peeking, peek, clear, perform } =
    options;
  const router = useRouter();
  const wanted = useRef<string | null>(null);
  // The row may have come into being with this very rendering.
  useLayoutEffect(() => {
    if (wanted.current === null) return;
    const row = frame.current?.querySelector<HTMLElement>(`[data-id="${CSS.escape(wanted.current)}"]`);
    if (!row) return;
    wanted.current = null;
    row.focus({ preventScroll: true });
  });

  const index = rows.findIndex(({ id }) => id === active);
  const go = (to: number) => {
    const id = rows[Math.min(Math.max(to, 0), rows.length - 1)]?.id;
    if (id === undefined) return;
    wanted.current = id;
    setActive(id);
  };
  const move = (by: number) => go(index === -1 ? 0 : index + by);
  const inHand = (): ContainerView | undefined =>
    peeking || frame.current?.contains(document.activeElement) ? rows[index] : undefined;
  const on = (run: (container: ContainerView) => void) => () => {
    const container = inHand();
    if (container) run(container);
  };

  useKeys(
    {
      '/': { label: 'Search', run: () => search.current?.focus() },
      j: { label: 'Next box', run: () => move(1) },
      k: { label: 'Previous box', run: () => move(-1) },
      p: { label: 'Peek', run: on(({ id }) => peek(peeking ? null : id)) },
      x: { label: 'Select', run: on(({ id }) => toggle(id, false)) },
      l: { label: 'Logs', run: on(({ id }) => router.push(containerHref(id, 'logs'))) },
      t: { label: 'Terminal', run: on(({ id }) => router.push(containerHref(id, 'terminal'))) },
      e: { label: 'Logs in the dock', run: on(openLogs) },
      s: {
        label: 'Stop or start',
        run: on((container) => perform(allowed('stop', container) ? 'stop' : 'start', [container])),
      },
      r: { label: 'Restart', run: on((container) => perform('restart', [container])) },
      d: { label: 'Remove (asks)', run: on((container) => perform('remove', [container])) },
    },
    { group: 'Boxes' },
  );
  useKeys(
    { Escape: { label: 'Close the peek panel, select none', run: () => (peeking ? peek(null) : clear?.()) } },
    { group: 'Boxes', enabled: peeking || clear !== undefined },
  );

  const onKeyDown = (event: KeyboardEvent<HTMLElement>) => {
    const target = event.target as HTMLElement;
    const container = rows[index];
    if (event.altKey || target.closest('[role=menu]')) return;
    if ((event.ctrlKey || event.metaKey) && event.key === 'a') {
      event.preventDefault();
      selectAll();
      return;
    }
    if (event.ctrlKey || event.metaKey) return;
    const step = STEPS[event.key];
    if (step !== undefined) {
      event.preventDefault();
      if (event.shiftKey && container) toggle(container.id, true);
      move(step);
      const next = rows[Math.min(Math.max(index + step, 0), rows.length - 1)];
      if (event.shiftKey && next) toggle(next.id, true);
      return;
    }
    if (event.key === 'Home' || event.key === 'End') {
      event.preventDefault();
      go(event.key === 'Home' ? 0 : rows.length - 1);
      return;
    }
    // The rest is the row's own; its buttons and its link have Enter and Space for themselves.
    if (!container || target.getAttribute('role') !== 'row') return;
    if (event.key === 'Enter') router.push(containerHref(container.id));
    else if (event.key === ' ') toggle(container.id, event.shiftKey);
    else if (event.key === 'ArrowRight') peek(container.id);
    else if (event.key === 'ArrowLeft') peek(null);
    else return;
    event.preventDefault();
  };
  return { onKeyDown, focusList: () => go(index === -1 ? 0 : index) };
}

const STEPS: Record<string, number> = {
  ArrowDown: 1,
  ArrowUp: -1,
  j: 1,
  k: -1,
  PageDown: PAGE_ROWS,
  PageUp: -PAGE_ROWS,
};
