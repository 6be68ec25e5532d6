import { useKeyHelp } from '../../lib/keys';
import { shownKeys, useModName } from '../../lib/platform';
import { LEAVE_KEYS } from '../../lib/terminal/keys';
import { Dialog } from '../ui/dialog';
import { Kbd } from '../ui/kbd';

/** Every key that works on this page now. */
export default function KeyHelp({ open, close }: { open: boolean; close: () => void }) {
  const groups = useKeyHelp();
  const mod = useModName();
  return (
    <Dialog
      open={open}
      onOpenChange={(next) => next || close()}
      title="Keyboard"
      description={`In a terminal only ${mod === '⌘' ? '⌘' : 'Ctrl ⇧'} chords are the dashboard's; everything else goes to the box. ${LEAVE_KEYS} leaves it.`}
      size="medium"
    >
      <div className="gap-x-8 sm:columns-2">
        {groups.map(({ group, keys }) => (
          <section key={group} className="mb-4 break-inside-avoid">
            <h3 className="mb-1 font-medium">{group}</h3>
            <dl>
              {keys.map((entry) => (
                <div key={entry.keys} className="flex min-h-7 items-center justify-between gap-3">
                  <dt className="text-quiet">{entry.label}</dt>
                  <dd>
                    <Kbd>{shownKeys(entry.keys, mod)}</Kbd>
                  </dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
    </Dialog>
  );
}
