import dynamic from 'next/dynamic';
import Link from 'next/link';
import { Fragment } from 'react';
import { shownKeys, useModName } from '../../lib/platform';
import { SearchIcon } from '../ui/icons';
import { Kbd } from '../ui/kbd';
import { ConnectionMark } from './connection-mark';
import { HostHealth } from './host-health';
import { openOverlay } from './overlays';
import { usePageHead } from './page-head';
import { TaskBell } from './task-bell';

/** The menu's code is most of the shell's: it comes after the page. */
const OwnMenu = dynamic(() => import('./own-menu'), { ssr: false });

/** Where you are, how the host is, and whether what you see is live. */
export function TopBar() {
  const mod = useModName();
  return (
    <header className="flex h-11 shrink-0 items-center gap-3 border-line border-b bg-surface pr-2 pl-4">
      <Breadcrumb />
      <span className="ml-auto flex shrink-0 items-center gap-3 whitespace-nowrap">
        <HostHealth />
        <ConnectionMark />
        <button
          type="button"
          onClick={() => openOverlay('palette')}
          className="flex h-7 items-center gap-2 rounded-box border border-rim bg-field hover:border-edge px-2 text-quiet hover:text-ink pointer-coarse:h-11 pointer-coarse:min-w-11 pointer-coarse:justify-center max-sm:border-transparent max-sm:bg-transparent"
        >
          <SearchIcon />
          <span className="max-sm:sr-only">Search</span>
          <Kbd className="max-md:hidden">{shownKeys('mod+k', mod)}</Kbd>
        </button>
        <TaskBell />
        <span className="-ml-2 min-w-8 max-sm:hidden">
          <OwnMenu />
        </span>
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
        <li aria-current="page" className="min-w-0 truncate text-quiet max-sm:font-medium max-sm:text-ink">
          {title}
        </li>
      </ol>
    </nav>
  );
}
