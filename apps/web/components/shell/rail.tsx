import Link from 'next/link';
import { usePathname } from 'next/navigation';
import { toggleRail, useRail } from '../../lib/rail';
import { SidebarIcon } from '../ui/icons';
import { isAt, PLACES } from './places';

/** Words go when the rail is narrow; the attribute on <html> is there before the first paint (public/theme.js). */
const WORD = 'in-data-[rail=narrow]:sr-only';

/** The way to every page: icons with words, or icons alone. Not on narrow windows, which have the bar at the bottom. */
export function Rail() {
  const path = usePathname();
  const narrow = useRail();
  return (
    <nav
      aria-label="Pages"
      className="flex w-44 shrink-0 flex-col border-line border-r bg-surface in-data-[rail=narrow]:w-12 max-sm:hidden"
    >
      <Link
        href="/"
        className="flex h-11 items-center gap-2 px-3.5 font-semibold tracking-tight"
        title="Boxyard"
      >
        <Mark />
        <span className={WORD}>Boxyard</span>
      </Link>
      <ul className="flex flex-1 flex-col gap-0.5 overflow-y-auto px-1.5 py-1">
        {PLACES.map(({ href, label, key, Icon }) => {
          const here = isAt(path, href);
          return (
            <li key={href}>
              <Link
                href={href}
                aria-current={here ? 'page' : undefined}
                title={`${label} (g ${key})`}
                className={`flex h-8 items-center gap-2.5 rounded-box px-2.5 pointer-coarse:h-11 ${here ? 'bg-raised font-medium' : 'text-quiet hover:bg-raised hover:text-ink'}`}
              >
                <Icon />
                <span className={WORD}>{label}</span>
              </Link>
            </li>
          );
        })}
      </ul>
      <button
        type="button"
        onClick={toggleRail}
        aria-pressed={narrow}
        title={narrow ? 'Show the words (\\)' : 'Icons only (\\)'}
        className="m-1.5 flex h-8 items-center gap-2.5 rounded-box px-2.5 text-quiet hover:bg-raised hover:text-ink pointer-coarse:h-11"
      >
        <SidebarIcon />
        <span className={WORD}>Icons only</span>
      </button>
    </nav>
  );
}

/** The product's mark, as in app/icon.svg. */
export function Mark() {
  return (
    <svg viewBox="0 0 32 32" className="size-5 shrink-0" aria-hidden="true">
      <path d="M4 10 16 4l12 6v12l-12 6-12-6z" className="fill-accent" />
      <path
        d="m4 10 12 6 12-6M16 16v12"
        className="stroke-surface"
        fill="none"
        strokeWidth="2.4"
        strokeLinejoin="round"
      />
    </svg>
  );
}
