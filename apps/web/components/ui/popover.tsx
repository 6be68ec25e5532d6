import type { ReactNode } from 'react';
import { useFloating } from './floating';
import { useLinger } from './linger';
import { type Trigger, useTrigger } from './use-trigger';

export interface PopoverProps {
  trigger: Trigger;
  children: ReactNode;
  /** Names what opens, for screen readers. */
  label: string;
  align?: 'start' | 'center' | 'end' | undefined;
}

/** Something small to set or read beside its button; closes with Escape or a press elsewhere. */
export function Popover({ trigger, children, label, align = 'end' }: PopoverProps) {
  const state = useTrigger(trigger, 'dialog');
  const parts = useFloating(useLinger(state.open));
  return (
    <>
      {state.trigger}
      {parts && (
        <parts.PopoverPopup state={state} label={label} align={align}>
          {children}
        </parts.PopoverPopup>
      )}
    </>
  );
}
