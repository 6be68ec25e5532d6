'use client';
import type { ReactNode } from 'react';
import { type Crumb, useAnnouncedHead } from './page-head';

interface PageProps {
  /** The heading, the last crumb and the browser tab's name. */
  title: string;
  /** The way here, without this page itself. */
  crumbs?: readonly Crumb[];
  /** Buttons at the right of the heading. */
  actions?: ReactNode;
  /** A row below the heading: filters, tabs. */
  toolbar?: ReactNode;
  /** The page draws its own head and scrolls by itself; the heading is there for screen readers only. */
  bare?: boolean;
  children?: ReactNode;
}

const NO_CRUMBS: readonly Crumb[] = [];

/** One page inside the shell. Its head stays, its body scrolls; a child may take the body's whole height with `h-full`. */
export function Page({ title, crumbs = NO_CRUMBS, actions, toolbar, bare = false, children }: PageProps) {
  useAnnouncedHead(title, crumbs);
  if (bare) {
    return (
      <div className="flex h-full min-h-0 flex-col">
        <TabTitle title={title} />
        <h1 className="sr-only">{title}</h1>
        {children}
      </div>
    );
  }
  return (
    <div className="flex h-full min-h-0 flex-col">
      <TabTitle title={title} />
      <div className="flex min-h-12 shrink-0 flex-wrap items-center gap-x-3 gap-y-2 px-4 py-2">
        <h1 className="min-w-0 truncate font-semibold text-base">{title}</h1>
        {actions && <div className="ml-auto flex flex-wrap items-center gap-2">{actions}</div>}
      </div>
      {toolbar && <div className="shrink-0 px-4 pb-2">{toolbar}</div>}
      <div className="min-h-0 flex-1 overflow-auto">{children}</div>
    </div>
  );
}

/** What the browser's tab says; React puts it into the head. */
export function TabTitle({ title }: { title: string }) {
  return <title>{`${title} · Boxyard`}</title>;
}
