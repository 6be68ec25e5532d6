import Link from 'next/link';
import { reconnect } from '../../lib/connection';
import { signOut } from '../../lib/session';
import { chooseTheme, THEMES, useTheme } from '../../lib/theme';
import { Button } from '../ui/button';
import { Sheet } from '../ui/sheet';
import { BAR_PLACES } from './bottom-bar';
import { PLACES } from './places';

/** What the bar at the bottom has no room for. */
export default function MoreSheet({ open, close }: { open: boolean; close: () => void }) {
  const theme = useTheme();
  return (
    <Sheet open={open} onOpenChange={(next) => next || close()} title="More" side="bottom">
      <ul className="-mx-2 flex flex-col">
        {PLACES.slice(BAR_PLACES).map(({ href, label, Icon }) => (
          <li key={href}>
            <Link
              href={href}
              onClick={close}
              className="flex h-11 items-center gap-3 rounded-box px-2 hover:bg-raised"
            >
              <Icon className="text-quiet" />
              {label}
            </Link>
          </li>
        ))}
      </ul>
      <fieldset className="mt-3">
        <legend className="mb-1.5 text-quiet">Theme</legend>
        <div className="flex gap-2">
          {THEMES.map((choice) => (
            <Button
              key={choice}
              aria-pressed={choice === theme}
              variant={choice === theme ? 'primary' : 'plain'}
              className="flex-1 capitalize"
              onClick={() => chooseTheme(choice)}
            >
              {choice}
            </Button>
          ))}
        </div>
      </fieldset>
      <Button
        className="mt-4 w-full"
        onClick={() => {
          close();
          void signOut().then(reconnect);
        }}
      >
        Sign out
      </Button>
    </Sheet>
  );
}
