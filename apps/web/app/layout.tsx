import { GeistMono } from 'geist/font/mono';
import { GeistSans } from 'geist/font/sans';
import type { Metadata, Viewport } from 'next';
import type { ReactNode } from 'react';
import { Providers } from '../components/shell/providers';
import { Shell } from '../components/shell/shell';
import './globals.css';

/** Without a title: each page says its own (components/shell/page.tsx), and Next.js would put this one before it. */
export const metadata: Metadata = { description: 'Run, watch and enter boxes' };
export const viewport: Viewport = { width: 'device-width', initialScale: 1 };

export default function Layout({ children }: { children: ReactNode }) {
  return (
    <html lang="en" className={`${GeistSans.variable} ${GeistMono.variable}`} suppressHydrationWarning>
      <head>
        {/* Not async: it must run before the first paint. */}
        <script src="/theme.js" />
      </head>
      <body>
        <Providers>
          <Shell>{children}</Shell>
        </Providers>
      </body>
    </html>
  );
}
