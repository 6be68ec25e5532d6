import { Menu as Base } from '@base-ui/react/menu';
import Link from 'next/link';
import type { ReactElement, ReactNode } from 'react';
import { Kbd } from './kbd';
import { POPUP, POPUP_ITEM } from './popup';

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
  /** A `Button` or `IconButton`. */
  trigger: ReactElement<Record<string, unknown>>;
  items: readonly (MenuItem | 'separator')[];
  align?: 'start' | 'end' | undefined;
}

/** Actions behind a button: arrows move, letters find, Enter chooses, Escape leaves. */
export function Menu({ trigger, items, align = 'end' }: MenuProps) {
  return (
    <Base.Root modal={false}>
      <Base.Trigger render={trigger} />
      <Base.Portal>
        <Base.Positioner align={align} sideOffset={4} collisionPadding={8} className="z-50">
          <Base.Popup className={`${POPUP} min-w-44`}>
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
