import Link from 'next/link';
import { Fragment } from 'react';
import { reconnect, useConnection } from '../../lib/connection';
import { signOut } from '../../lib/session';
import { useTheme } from '../../lib/theme';
import { ConnectionMark } from '../connection-mark';
import { usePageHead } from './page-head';

/** Where you are, and whether what you see is live. */
export function TopBar() {
  const connection = useConnection();
  const [theme, nextTheme] = useTheme();
  return (
    <header className="flex h-11 shrink-0 items-center gap-3 border-line border-b bg-surface px-4">
      <Breadcrumb />
      <span className="ml-auto flex items-center gap-3 whitespace-nowrap">
        <ConnectionMark state={connection} />
        <button
          type="button"
          onClick={nextTheme}
          className="min-w-5 text-quiet hover:text-ink pointer-coarse:h-11 pointer-coarse:min-w-11"
          aria-label={`Theme: ${theme}. Change`}
          title={`Theme: ${theme}`}
        >
          {theme === 'dark' ? '☾' : theme === 'light' ? '☀' : '◐'}
        </button>
        <button
          type="button"
          onClick={() => void signOut().then(reconnect)}
          className="text-quiet hover:text-ink pointer-coarse:h-11"
        >
          Sign out
        </button>
      </span>
    </header>
  );
}

function Breadcrumb() {
  const { title, crumbs } = usePageHead();
  return (
    <nav aria-label="Breadcrumb" className="min-w-0">
      <ol className="flex min-w-0 items-center gap-2">
        {crumbs.map(({ label, href }) => (
          <Fragment key={href}>
            <li className="shrink-0 text-quiet max-sm:hidden">
              <Link href={href} className="hover:text-ink hover:underline">
                {label}
              </Link>
            </li>
            <li aria-hidden="true" className="text-quiet max-sm:hidden">
              /
            </li>
          </Fragment>
        ))}
        <li aria-current="page" className="min-w-0 truncate font-medium">
          {title}
        </li>
      </ol>
    </nav>
  );
}
