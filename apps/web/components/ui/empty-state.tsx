import type { ReactNode } from 'react';
import { Code } from './code';

interface EmptyStateProps {
  title: string;
  /** One sentence that teaches. */
  children?: ReactNode;
  /** One button. */
  action?: ReactNode;
  /** The command line for the same. */
  command?: string | undefined;
}

/** Nothing here yet: what would be, how to get it, and the command line for it. */
export function EmptyState({ title, children, action, command }: EmptyStateProps) {
  return (
    <section className="mx-auto flex w-full max-w-md flex-col items-center gap-3 px-4 py-16 text-center">
      <h2 className="font-semibold text-title">{title}</h2>
      {children && <div className="text-balance text-quiet">{children}</div>}
      {action}
      {command && (
        <div className="mt-1 flex w-full flex-col gap-1.5 text-left">
          <p className="text-center text-quiet text-xs">Or on the command line:</p>
          <Code copy>{command}</Code>
        </div>
      )}
    </section>
  );
}
