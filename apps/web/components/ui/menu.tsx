import type { ReactNode } from 'react';
import { useFloating } from './floating';
import { useLinger } from './linger';
import { type Trigger, useTrigger } from './use-trigger';

export interface MenuItem {
  label: string;
  /** Not needed with `href`. */
  onSelect?: (() => void) | undefined;
  icon?: ReactNode;
  shortcut?: string | undefined;
  danger?: boolean | undefined;
  disabled?: boolean | undefined;
  /** The item goes somewhere: it is a link, and opens in a new tab as links do. */
  href?: string | undefined;
}

interface MenuProps {
  trigger: Trigger;
  items: readonly (MenuItem | 'separator')[];
  align?: 'start' | 'end' | undefined;
}

/** Actions behind a button: arrows move, letters find, Enter chooses, Escape leaves. */
export function Menu({ trigger, items, align = 'end' }: MenuProps) {
  const state = useTrigger(trigger, 'menu');
  const parts = useFloating(useLinger(state.open));
  return (
    <>
      {state.trigger}
      {parts && <parts.MenuPopup state={state} items={items} align={align} />}
    </>
  );
}
