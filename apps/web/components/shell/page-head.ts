import { useLayoutEffect } from 'react';
import { createStore, useStore } from '../../lib/store';

export interface Crumb {
  label: string;
  href: string;
}
export interface PageHead {
  title: string;
  crumbs: readonly Crumb[];
}

const NOWHERE: PageHead = { title: '', crumbs: [] };
const head = createStore<PageHead>(NOWHERE);

/** Tells the top bar what this page is. `crumbs` are compared by what they say. */
export function useAnnouncedHead(title: string, crumbs: readonly Crumb[]): void {
  const said = JSON.stringify(crumbs);
  useLayoutEffect(() => {
    head.set({ title, crumbs: JSON.parse(said) as Crumb[] });
  }, [title, said]);
}

/** What the page that is shown said last. */
export function usePageHead(): PageHead {
  return useStore(head, NOWHERE);
}
