import type { ReactNode } from 'react';
import { useFloating } from './floating';
import { useLinger } from './linger';

export interface SheetProps {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  title: ReactNode;
  side?: 'right' | 'bottom' | undefined;
  children: ReactNode;
}

/** A dialog at the edge of the window: for something to look at beside the page. */
export function Sheet(props: SheetProps) {
  const parts = useFloating(useLinger(props.open));
  return parts ? <parts.SheetPopup {...props} /> : null;
}
