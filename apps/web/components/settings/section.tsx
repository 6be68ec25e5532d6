import type { ReactNode } from 'react';

/** A heading, what it is about, and what belongs to it. */
export function Section({
  title,
  about,
  actions,
  children,
}: {
  title: string;
  about?: ReactNode;
  actions?: ReactNode;
  children: ReactNode;
}) {
  return (
    <section className="flex flex-col gap-3">
      <header className="flex flex-wrap items-start gap-x-4 gap-y-2">
        <div className="min-w-0 flex-1 basis-64">
          <h2 className="font-semibold text-title">{title}</h2>
          {about && <p className="mt-0.5 max-w-2xl text-quiet">{about}</p>}
        </div>
        {actions && <div className="flex flex-wrap gap-2">{actions}</div>}
      </header>
      {children}
    </section>
  );
}

/** Facts as a list of terms. */
export function Facts({ facts }: { facts: readonly (readonly [term: string, value: ReactNode])[] }) {
  return (
    <dl className="grid grid-cols-[max-content_1fr] gap-x-6 gap-y-1 max-sm:grid-cols-1 max-sm:gap-y-0">
      {facts.map(([term, value]) => (
        <div key={term} className="contents max-sm:mb-2 max-sm:block">
          <dt className="text-quiet">{term}</dt>
          <dd className="min-w-0 break-words">{value}</dd>
        </div>
      ))}
    </dl>
  );
}

/** What the tables here share: a row is a card below 640 px. */
export const TABLE = 'w-full border-collapse text-left max-sm:block';
export const HEAD = 'text-quiet max-sm:hidden';
export const HEAD_CELL = 'h-8 border-line border-b px-3 font-medium first:pl-0';
export const BODY = 'max-sm:block';
export const ROW =
  'border-line border-b max-sm:grid max-sm:grid-cols-[1fr_auto] max-sm:items-center max-sm:gap-x-3 max-sm:py-2';
export const CELL =
  'h-row max-w-0 truncate px-3 py-0.5 first:pl-0 max-sm:block max-sm:h-auto max-sm:max-w-none max-sm:px-0';
