import { cloneElement, type MouseEvent, type ReactElement, useState } from 'react';
import { useFloating } from './floating';
import { useLinger } from './linger';
import type { MenuItem } from './menu';

interface ContextMenuProps {
  items: readonly (MenuItem | 'separator')[];
  /** What is pressed with the right button, or long; with the menu key where it takes the focus. */
  children: ReactElement<Record<string, unknown>>;
}

/** Actions under the pointer. Each must be reachable some other way too: not every device has a right button. */
export function ContextMenu({ items, children }: ContextMenuProps) {
  const [open, setOpen] = useState(false);
  const [anchor, setAnchor] = useState<{ getBoundingClientRect: () => DOMRect } | null>(null);
  const parts = useFloating(useLinger(open));
  const onContextMenu = (event: MouseEvent) => {
    event.preventDefault();
    const at = new DOMRect(event.clientX, event.clientY, 0, 0);
    setAnchor({ getBoundingClientRect: () => at });
    setOpen(true);
  };
  return (
    <>
      {cloneElement(children, { onContextMenu })}
      {parts && (
        <parts.MenuPopup
          state={{ open, anchor, byKeyboard: false, onOpenChange: setOpen }}
          items={items}
          align="start"
          label="Actions here"
        />
      )}
    </>
  );
}
