'use client';
import dynamic from 'next/dynamic';
import { usePathname, useRouter } from 'next/navigation';
import { type ReactNode, Suspense, useEffect, useRef } from 'react';
import { useConnection } from '../../lib/connection';
import { restoreDock, useDock } from '../../lib/dock';
import { fetchAhead } from '../../lib/fetch-ahead';
import { focusPage } from '../../lib/focus';
import { listenForKeys, useKeys } from '../../lib/keys';
import { toggleRail } from '../../lib/rail';
import { Banners } from './banners';
import { BottomBar } from './bottom-bar';
import { OverlayHost } from './overlay-host';
import { openOverlay, toggleOverlay } from './overlays';
import { PLACES } from './places';
import { Rail } from './rail';
import { SignInFrame } from './sign-in-frame';
import { TopBar } from './top-bar';

const SignedOut = dynamic(() => import('../signed-out').then((module) => module.SignedOut));

/** Everything around a page: rail, top bar, and what is shown instead of the page while nobody is signed in. */
export function Shell({ children }: { children: ReactNode }) {
  const path = usePathname();
  const connection = useConnection();
  useEffect(() => restoreDock(), []);
  useEffect(() => fetchAhead(), []);
  if (path.startsWith('/signin')) return <SignInFrame>{children}</SignInFrame>;
  if (connection.status === 'closed' && connection.reason?.code === 'UNAUTHENTICATED') {
    return (
      <SignInFrame>
        <SignedOut />
      </SignInFrame>
    );
  }
  return <Frame>{children}</Frame>;
}

const Dock = dynamic(() => import('./dock').then(({ Dock: dock }) => dock), { ssr: false });

function Frame({ children }: { children: ReactNode }) {
  useShellKeys();
  useFocusOnNewPage();
  const { tabs, size } = useDock();
  const maximised = tabs.length > 0 && size === 'maximised';
  return (
    <div className="flex h-dvh">
      <a
        href="#page"
        className="fixed top-1 left-1 z-50 -translate-y-12 rounded-box bg-accent px-3 py-2 text-on-accent focus:translate-y-0"
      >
        Skip to the page
      </a>
      <Rail />
      <div className="flex min-w-0 flex-1 flex-col">
        <TopBar />
        <Banners />
        <main
          id="page"
          tabIndex={-1}
          className={`min-h-0 flex-1 overflow-hidden outline-none ${maximised ? 'hidden' : ''}`}
        >
          <Suspense>{children}</Suspense>
        </main>
        {tabs.length > 0 && <Dock />}
        <BottomBar />
      </div>
      <OverlayHost />
    </div>
  );
}

/** Another page takes the link that was pressed away, and the focus with it; the first page leaves it to the browser. */
function useFocusOnNewPage(): void {
  const path = usePathname();
  const shown = useRef(path);
  useEffect(() => {
    if (shown.current === path) return;
    shown.current = path;
    if (document.activeElement === document.body) focusPage();
  }, [path]);
}

function useShellKeys(): void {
  const router = useRouter();
  useEffect(() => listenForKeys(), []);
  const places = PLACES.map(({ key, label, href }) => [`g ${key}`, { label, run: () => router.push(href) }]);
  useKeys(Object.fromEntries(places), { group: 'Go to' });
  useKeys(
    {
      'mod+k': { label: 'Search and do anything', run: () => toggleOverlay('palette') },
      b: { label: 'Tasks: pulls, pushes and what became of them', run: () => toggleOverlay('tasks') },
      n: { label: 'New box', run: () => router.push('/containers/new/') },
      '?': { label: 'This help', run: () => openOverlay('help') },
      '\\': { label: 'Icons or words in the rail', run: toggleRail },
      '[': { label: 'Tab before', run: () => turnTab(-1) },
      ']': { label: 'Next tab', run: () => turnTab(1) },
    },
    { group: 'Everywhere' },
  );
}

/** Presses the neighbour of the page's selected tab. */
function turnTab(step: 1 | -1): void {
  const tabs = [...document.querySelectorAll<HTMLElement>('#page [role=tablist]:first-of-type [role=tab]')];
  const selected = tabs.findIndex((tab) => tab.getAttribute('aria-selected') === 'true');
  if (selected >= 0) tabs[(selected + step + tabs.length) % tabs.length]?.click();
}
