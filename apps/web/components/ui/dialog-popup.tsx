import { Dialog as Base } from '@base-ui/react/dialog';
import { useRef } from 'react';
import { useReturnFocus } from '../../lib/focus';
import type { DialogProps } from './dialog';
import { CloseIcon } from './icons';
import { ScrollBox } from './scroll-box';

const SIZES = { small: 'min-[480px]:w-104', medium: 'min-[480px]:w-136', large: 'min-[480px]:w-4xl' };

/** What a dialog and a sheet share: the shade, and the way out at the top right. */
export const BACKDROP = 'fade fixed inset-0 z-40 bg-shade';
export function CloseCorner() {
  return (
    <Base.Close
      aria-label="Close"
      className="-mr-1.5 inline-flex size-7 shrink-0 items-center justify-center rounded-box text-quiet hover:bg-raised hover:text-ink pointer-coarse:size-11"
    >
      <CloseIcon />
    </Base.Close>
  );
}

/** What a `Dialog` opens. */
export function DialogPopup({
  open,
  onOpenChange,
  title,
  description,
  footer,
  size = 'small',
  children,
}: DialogProps) {
  const popup = useRef<HTMLDivElement>(null);
  const finalFocus = useReturnFocus(open);
  return (
    <Base.Root open={open} onOpenChange={(next) => onOpenChange(next)}>
      <Base.Portal>
        <Base.Backdrop className={BACKDROP} />
        <Base.Viewport className="fixed inset-0 z-40 flex items-start justify-center overflow-hidden p-4 pt-[12vh] max-[479px]:items-end max-[479px]:p-0">
          <Base.Popup
            ref={popup}
            initialFocus={() => firstControl(popup.current)}
            finalFocus={finalFocus}
            className={`rise flex max-h-[80dvh] w-full max-w-full flex-col rounded-box border border-line bg-surface shadow-pop outline-none max-[479px]:max-h-[92dvh] max-[479px]:rounded-b-none ${SIZES[size]}`}
          >
            <header className="flex items-start gap-3 px-5 pt-4 pb-3">
              <div className="min-w-0 flex-1">
                <Base.Title className="break-words font-semibold text-title">{title}</Base.Title>
                {description && (
                  <Base.Description className="mt-1 break-words text-quiet">{description}</Base.Description>
                )}
              </div>
              <CloseCorner />
            </header>
            {children && (
              <ScrollBox label="Content" className="min-h-0 flex-1 overflow-y-auto px-5 pb-4">
                {children}
              </ScrollBox>
            )}
            {footer && (
              <footer className="flex flex-wrap justify-end gap-2 border-line border-t px-5 py-3 max-[479px]:*:flex-1">
                {footer}
              </footer>
            )}
          </Base.Popup>
        </Base.Viewport>
      </Base.Portal>
    </Base.Root>
  );
}

/** What the person came for: the first field, else the first button of the footer; never the corner. */
function firstControl(popup: HTMLElement | null): HTMLElement | null {
  return (
    popup?.querySelector<HTMLElement>('input:enabled, textarea:enabled, [role=combobox]') ??
    popup?.querySelector<HTMLElement>('footer button:enabled') ??
    popup
  );
}
