import { Menu as Base } from '@base-ui/react/menu';
import Link from 'next/link';
import type { FocusEvent } from 'react';
import { Kbd } from './kbd';
import type { MenuItem } from './menu';
import { POPUP, POPUP_ITEM } from './popup';
import type { TriggerState } from './use-trigger';

interface MenuPopupProps {
  state: Pick<TriggerState, 'open' | 'byKeyboard' | 'onOpenChange'> & {
    /** Where it opens: a button, or the place of the pointer. */
    anchor: HTMLElement | { getBoundingClientRect: () => DOMRect } | null;
  };
  items: readonly (MenuItem | 'separator')[];
  align: 'start' | 'end';
  /** Its name where no button gives one. */
  label?: string;
}

/** What a `Menu` opens. */
export function MenuPopup({ state, items, align, label }: MenuPopupProps) {
  const { open, byKeyboard, anchor, onOpenChange } = state;
  const button = anchor instanceof HTMLElement ? anchor : null;
  return (
    <Base.Root open={open} onOpenChange={(next, { event }) => onOpenChange(next, event)} modal={false}>
      <Base.Portal>
        <Base.Positioner anchor={anchor} align={align} sideOffset={4} collisionPadding={8} className="z-50">
          <Base.Popup
            aria-label={label ?? button?.getAttribute('aria-label') ?? button?.textContent ?? undefined}
            {...(button ? { finalFocus: () => button } : {})}
            onFocus={byKeyboard ? goToFirst : undefined}
            className={`${POPUP} min-w-44`}
          >
            {items.map((item, index) =>
              item === 'separator' ? (
                // biome-ignore lint/suspicious/noArrayIndexKey: a separator has nothing but its place
                <Base.Separator key={`separator ${index}`} className="-mx-1 my-1 h-px bg-line" />
              ) : (
                <Item key={item.label} item={item} />
              ),
            )}
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  );
}

/** Base UI gives the focus to the list as a whole when somebody else opened it. */
function goToFirst({ target, currentTarget }: FocusEvent<HTMLElement>): void {
  if (target === currentTarget) currentTarget.querySelector<HTMLElement>('[role=menuitem]')?.focus();
}

function Item({ item: { label, onSelect, icon, shortcut, danger, disabled, href } }: { item: MenuItem }) {
  const className = `${POPUP_ITEM} ${danger ? 'text-bad data-highlighted:bg-bad-soft' : ''}`;
  const content = (
    <>
      {icon && <span className={danger ? '' : 'text-quiet'}>{icon}</span>}
      <span className="min-w-0 flex-1 truncate">{label}</span>
      {shortcut && <Kbd className="pointer-coarse:hidden">{shortcut}</Kbd>}
    </>
  );
  if (href) {
    return (
      <Base.LinkItem closeOnClick render={<Link href={href} prefetch={false} />} className={className}>
        {content}
      </Base.LinkItem>
    );
  }
  return (
    <Base.Item disabled={disabled} onClick={onSelect} className={className}>
      {content}
    </Base.Item>
  );
}
