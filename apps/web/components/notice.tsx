import type { ReactNode } from 'react';

/** A sentence, what to do, and the command line for it: for empty, error and signed-out states. */
export function Notice({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section className="mx-auto mt-16 max-w-lg px-4">
      <h2 className="mb-2 font-semibold text-base">{title}</h2>
      <div className="flex flex-col gap-3 text-quiet">{children}</div>
    </section>
  );
}

export function Code({ children }: { children: ReactNode }) {
  return (
    <code className="block overflow-x-auto whitespace-pre rounded-box border border-line bg-raised px-3 py-2 font-mono text-[12.5px] text-ink">
      {children}
    </code>
  );
}
