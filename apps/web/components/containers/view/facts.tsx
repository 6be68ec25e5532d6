import type { ReactNode } from 'react';
import { CopyButton } from '../../ui/copy-button';

/** A titled part of a page. */
export function Card({
  title,
  children,
  aside,
  wide = false,
}: {
  title: string;
  children: ReactNode;
  aside?: ReactNode;
  /** Over both columns. */
  wide?: boolean;
}) {
  return (
    <section
      aria-label={title}
      className={`min-w-0 rounded-box border border-line bg-surface p-4 ${wide ? 'lg:col-span-2' : ''}`}
    >
      <header className="mb-2 flex min-h-6 items-center gap-2">
        <h2 className="min-w-0 flex-1 font-semibold">{title}</h2>
        {aside}
      </header>
      {children}
    </section>
  );
}

export function Facts({ children }: { children: ReactNode }) {
  return (
    <dl className="grid grid-cols-[8.5rem_minmax(0,1fr)] gap-x-3 gap-y-1 max-sm:grid-cols-[6.5rem_minmax(0,1fr)]">
      {children}
    </dl>
  );
}

interface FactProps {
  label: ReactNode;
  children: ReactNode;
  /** Text that can be copied. */
  copy?: string | undefined;
  mono?: boolean;
  /** One line, its end cut off: for what is looked at rarely and can be copied. */
  clipped?: boolean;
}

export function Fact({ label, children, copy, mono = false, clipped = false }: FactProps) {
  return (
    <>
      <dt className="min-w-0 break-words text-quiet pointer-coarse:self-center">{label}</dt>
      <dd className="flex min-w-0 items-start gap-1 pointer-coarse:items-center">
        <span
          title={clipped ? copy : undefined}
          className={`min-w-0 ${clipped ? 'truncate' : 'break-words [overflow-wrap:anywhere]'} ${mono ? 'font-mono text-mono' : ''}`}
        >
          {typeof children === 'string' ? <bdi>{children}</bdi> : children}
        </span>
        {copy !== undefined && (
          <span className="-my-0.5 shrink-0">
            <CopyButton text={copy} label="Copy" size="small" />
          </span>
        )}
      </dd>
    </>
  );
}

/** Two columns where there is room. */
export function CardGrid({ children }: { children: ReactNode }) {
  return (
    <div className="h-full overflow-y-auto">
      <div className="grid gap-3 p-4 lg:grid-cols-2">{children}</div>
    </div>
  );
}
