import Link from 'next/link';
import { type ReactNode, useId } from 'react';

interface CardProps {
  title: string;
  /** At the right of the heading: where there is more of it. */
  more?: { href: string; label: string };
  /** At the right of the heading instead. */
  actions?: ReactNode;
  children: ReactNode;
  className?: string;
}

/** One question of the Overview and its answer. It loads by itself and waits for nobody. */
export function Card({ title, more, actions, children, className = '' }: CardProps) {
  const heading = useId();
  return (
    <section
      aria-labelledby={heading}
      className={`flex min-w-0 flex-col rounded-box border border-line bg-surface ${className}`}
    >
      <header className="flex min-h-10 items-center gap-2 px-4 pt-1">
        <h2 id={heading} className="min-w-0 truncate font-semibold">
          {title}
        </h2>
        <span className="ml-auto flex items-center gap-2">
          {actions}
          {more && (
            <Link
              href={more.href}
              className="text-accent text-xs hover:underline pointer-coarse:inline-flex pointer-coarse:min-h-11 pointer-coarse:items-center"
            >
              {more.label}
            </Link>
          )}
        </span>
      </header>
      {children}
    </section>
  );
}
