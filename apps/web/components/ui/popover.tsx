import { Popover as Base } from '@base-ui/react/popover';
import type { ReactElement, ReactNode } from 'react';

interface PopoverProps {
  /** A `Button` or `IconButton`. */
  trigger: ReactElement<Record<string, unknown>>;
  children: ReactNode;
  /** Names what opens, for screen readers. */
  label: string;
  align?: 'start' | 'center' | 'end' | undefined;
}

/** Something small to set or read beside its button; closes with Escape or a press elsewhere. */
export function Popover({ trigger, children, label, align = 'end' }: PopoverProps) {
  return (
    <Base.Root>
      <Base.Trigger render={trigger} />
      <Base.Portal>
        <Base.Positioner align={align} sideOffset={4} collisionPadding={8} className="z-50">
          <Base.Popup
            aria-label={label}
            className="fade max-h-(--available-height) max-w-[calc(100vw-1rem)] overflow-y-auto rounded-box border border-line bg-surface p-3 text-ink shadow-pop outline-none"
          >
            {children}
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  );
}
