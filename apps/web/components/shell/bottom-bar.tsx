import Link from 'next/link';
import { usePathname } from 'next/navigation';
import { isAt, PLACES } from './places';

/** What a thumb reaches: the places of every day. */
const SHOWN = PLACES.slice(0, 5);

/** The rail of narrow windows. */
export function BottomBar() {
  const path = usePathname();
  return (
    <nav aria-label="Pages" className="shrink-0 border-line border-t bg-surface sm:hidden">
      <ul className="flex">
        {SHOWN.map(({ href, label, Icon }) => {
          const here = isAt(path, href);
          return (
            <li key={href} className="min-w-0 flex-1">
              <Link
                href={href}
                aria-current={here ? 'page' : undefined}
                className={`flex h-13 flex-col items-center justify-center gap-0.5 text-[11px] ${here ? 'font-medium text-accent' : 'text-quiet'}`}
              >
                <Icon className="size-5" />
                {label}
              </Link>
            </li>
          );
        })}
      </ul>
    </nav>
  );
}
