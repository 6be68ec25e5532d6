import { cloneElement, type KeyboardEvent, type MouseEvent, type ReactElement, useState } from 'react';

/** A `Button` or `IconButton` that opens something. */
export type Trigger = ReactElement<Record<string, unknown>>;

export interface TriggerState {
  /** The trigger with what it needs to open and to say so. */
  trigger: Trigger;
  open: boolean;
  /** It was opened by a key: the keyboard is at the first of what opened. */
  byKeyboard: boolean;
  /** Its element; null before it was first pressed. */
  anchor: HTMLElement | null;
  onOpenChange: (open: boolean, event: Event) => void;
}

/** Opens and closes what belongs to a trigger by press, and by ArrowDown where a menu opens. */
export function useTrigger(trigger: Trigger, popup: 'menu' | 'dialog'): TriggerState {
  const [open, setOpen] = useState(false);
  const [byKeyboard, setByKeyboard] = useState(false);
  const [anchor, setAnchor] = useState<HTMLElement | null>(null);
  const { onClick, onKeyDown } = trigger.props as {
    onClick?: (event: MouseEvent) => void;
    onKeyDown?: (event: KeyboardEvent) => void;
  };
  const show = (element: HTMLElement, next: boolean, key: boolean) => {
    setByKeyboard(key);
    setAnchor(element);
    setOpen(next);
  };
  const props = {
    'aria-haspopup': popup,
    'aria-expanded': open,
    ...(open ? { 'data-popup-open': '' } : {}),
    onClick: (event: MouseEvent<HTMLElement>) => {
      onClick?.(event);
      // A click that a key made has no count of clicks (UI Events, 3.4.1).
      show(event.currentTarget, !open, event.detail === 0);
    },
    onKeyDown: (event: KeyboardEvent<HTMLElement>) => {
      onKeyDown?.(event);
      if (popup !== 'menu' || event.key !== 'ArrowDown') return;
      event.preventDefault();
      show(event.currentTarget, true, true);
    },
  };
  return {
    trigger: cloneElement(trigger, props),
    open,
    byKeyboard,
    anchor,
    onOpenChange: (next, event) => {
      // The press on the trigger comes by itself; taken for one elsewhere it would close, and the click open again.
      if (!next && event.target instanceof Node && anchor?.contains(event.target) && event.type !== 'keydown')
        return;
      setOpen(next);
    },
  };
}
