import { Popover as Base } from '@base-ui/react/popover';
import type { PopoverProps } from './popover';
import type { TriggerState } from './use-trigger';

interface PopoverPopupProps extends Omit<PopoverProps, 'trigger'> {
  state: TriggerState;
}

/** What a `Popover` opens. */
export function PopoverPopup({
  state: { open, anchor, onOpenChange },
  label,
  align,
  children,
}: PopoverPopupProps) {
  return (
    <Base.Root open={open} onOpenChange={(next, { event }) => onOpenChange(next, event)}>
      <Base.Portal>
        <Base.Positioner
          anchor={anchor}
          align={align ?? 'end'}
          sideOffset={4}
          collisionPadding={8}
          className="z-50"
        >
          <Base.Popup
            aria-label={label}
            finalFocus={() => anchor}
            className="fade max-h-(--available-height) max-w-[calc(100vw-1rem)] overflow-y-auto rounded-box border border-line bg-surface p-3 text-ink shadow-pop outline-none"
          >
            {children}
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  );
}
