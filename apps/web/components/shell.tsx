'use client';
import Link from 'next/link';
import { type ReactNode, useEffect } from 'react';
import { reconnect, useYard } from '../lib/connection';
import { signOut } from '../lib/session';
import { useTheme } from '../lib/theme';
import { ConnectionMark } from './connection-mark';
import { SignedOut } from './signed-out';
import { Toasts } from './ui/toasts';

/** Top bar and page: says at any time whether what you see is live. `crumb` is a box's name. */
export function Shell({ children, crumb }: { children: ReactNode; crumb?: string }) {
  const { connection } = useYard();
  const [theme, nextTheme] = useTheme();
  useEffect(() => {
    document.title = crumb ? `${crumb} · Boxyard` : 'Boxyard';
  }, [crumb]);
  const signedOut = connection.status === 'closed' && connection.reason?.code === 'UNAUTHENTICATED';
  return (
    <div className="flex h-dvh flex-col">
      <header className="flex h-11 shrink-0 items-center gap-2 border-line border-b bg-surface px-4">
        <Link href="/" className="font-semibold tracking-tight">
          Boxyard
        </Link>
        {crumb && (
          <span className="min-w-0 truncate max-sm:hidden">
            <span className="mr-2 text-quiet">/</span>
            {crumb}
          </span>
        )}
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
          {!signedOut && (
            <button
              type="button"
              onClick={() => void signOut().then(reconnect)}
              className="text-quiet hover:text-ink pointer-coarse:h-11"
            >
              Sign out
            </button>
          )}
        </span>
      </header>
      <main className="min-h-0 flex-1 overflow-auto">{signedOut ? <SignedOut /> : children}</main>
      <Toasts />
    </div>
  );
}
