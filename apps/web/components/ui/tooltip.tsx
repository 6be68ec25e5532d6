import { Tooltip as Base } from '@base-ui/react/tooltip';
import type { ReactElement, ReactNode } from 'react';
import { Kbd } from './kbd';

/** Long enough that crossing the page shows none. */
const DELAY_MS = 400;

/** Once around the app: the second tooltip in a row opens at once. */
export function TooltipProvider({ children }: { children: ReactNode }) {
  return <Base.Provider delay={DELAY_MS}>{children}</Base.Provider>;
}

interface TooltipProps {
  content: ReactNode;
  /** Key that does the same as the thing under the pointer. */
  shortcut?: string | undefined;
  /** One element that takes a ref and props; it needs a name of its own, a tooltip is only for the eye. */
  children: ReactElement<Record<string, unknown>>;
  side?: 'top' | 'right' | 'bottom' | 'left' | undefined;
}

/** A few words on hover and focus. */
export function Tooltip({ content, shortcut, children, side = 'top' }: TooltipProps) {
  return (
    <Base.Root>
      <Base.Trigger render={children} />
      <Base.Portal>
        <Base.Positioner side={side} sideOffset={6} collisionPadding={8} className="z-50">
          <Base.Popup className="fade max-w-80 break-words rounded-box border border-line bg-tip px-2 py-1 text-ink text-xs shadow-pop">
            {content}
            {shortcut && <Kbd className="ml-2">{shortcut}</Kbd>}
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  );
}
