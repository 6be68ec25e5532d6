import { ContextMenu as Base } from '@base-ui/react/context-menu';
import type { ReactElement } from 'react';
import { Kbd } from '../ui/kbd';
import type { MenuItem } from '../ui/menu';
import { POPUP, POPUP_ITEM } from '../ui/popup';

interface Props {
  items: readonly MenuItem[];
  /** What is pressed with the right button, or long. */
  children: ReactElement<Record<string, unknown>>;
}

/** Actions under the right button. */
export function ContextMenu({ items, children }: Props) {
  return (
    <Base.Root>
      <Base.Trigger render={children} />
      <Base.Portal>
        <Base.Positioner collisionPadding={8} className="z-50">
          <Base.Popup className={`${POPUP} min-w-44`}>
            {items.map(({ label, onSelect, shortcut, disabled }) => (
              <Base.Item key={label} disabled={disabled} onClick={onSelect} className={POPUP_ITEM}>
                <span className="min-w-0 flex-1 truncate">{label}</span>
                {shortcut && <Kbd>{shortcut}</Kbd>}
              </Base.Item>
            ))}
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  );
}
