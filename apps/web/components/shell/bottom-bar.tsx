import Link from 'next/link';
import { usePathname } from 'next/navigation';
import { MoreIcon } from '../ui/icons';
import { openOverlay } from './overlays';
import { isAt, PLACES } from './places';

/** What a thumb reaches: the places of every day. The others are behind "More". */
export const BAR_PLACES = 5;
const TARGET = 'flex h-13 w-full flex-col items-center justify-center gap-0.5 text-label';

/** The rail of narrow windows. */
export function BottomBar() {
  const path = usePathname();
  return (
    <nav aria-label="Pages" className="shrink-0 border-line border-t bg-surface sm:hidden">
      <ul className="flex pb-[env(safe-area-inset-bottom)]">
        {PLACES.slice(0, BAR_PLACES).map(({ href, label, Icon }) => {
          const here = isAt(path, href);
          return (
            <li key={href} className="min-w-0 flex-1">
              <Link
                href={href}
                aria-current={here ? 'page' : undefined}
                className={`${TARGET} ${here ? 'font-medium text-accent' : 'text-quiet'}`}
              >
                <Icon className="size-5" />
                {label}
              </Link>
            </li>
          );
        })}
        <li className="min-w-0 flex-1">
          <button type="button" onClick={() => openOverlay('more')} className={`${TARGET} text-quiet`}>
            <MoreIcon className="size-5" />
            More
          </button>
        </li>
      </ul>
    </nav>
  );
}
