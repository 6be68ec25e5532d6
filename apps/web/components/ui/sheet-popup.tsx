import { Dialog as Base } from '@base-ui/react/dialog';
import { useReturnFocus } from '../../lib/focus';
import { BACKDROP, CloseCorner } from './dialog-popup';
import { ScrollBox } from './scroll-box';
import type { SheetProps } from './sheet';

const SIDES = {
  right: 'inset-y-0 right-0 w-[min(30rem,100vw)] border-l slide-right',
  bottom: 'inset-x-0 bottom-0 max-h-[85dvh] rounded-t-box border-t rise',
};

/** What a `Sheet` opens. */
export function SheetPopup({ open, onOpenChange, title, side = 'right', children }: SheetProps) {
  const finalFocus = useReturnFocus(open);
  return (
    <Base.Root open={open} onOpenChange={(next) => onOpenChange(next)}>
      <Base.Portal>
        <Base.Backdrop className={BACKDROP} />
        <Base.Popup
          finalFocus={finalFocus}
          className={`fixed z-40 flex flex-col border-line bg-surface shadow-pop outline-none ${SIDES[side]}`}
        >
          <header className="flex h-12 shrink-0 items-center gap-3 border-line border-b px-4">
            <Base.Title className="min-w-0 flex-1 truncate font-semibold text-title">{title}</Base.Title>
            <CloseCorner />
          </header>
          <ScrollBox label="Content" className="min-h-0 flex-1 overflow-y-auto p-4">
            {children}
          </ScrollBox>
        </Base.Popup>
      </Base.Portal>
    </Base.Root>
  );
}
