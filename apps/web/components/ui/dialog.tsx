import type { ReactNode } from 'react';
import { useFloating } from './floating';
import { useLinger } from './linger';

export interface DialogProps {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  title: ReactNode;
  description?: ReactNode;
  /** Buttons, the one that goes on last. */
  footer?: ReactNode;
  size?: 'small' | 'medium' | 'large' | undefined;
  children?: ReactNode;
}

/** Holds the focus until it is closed (Escape, the corner, the shade), then gives it back. A sheet from below under 480 px. */
export function Dialog(props: DialogProps) {
  const parts = useFloating(useLinger(props.open));
  return parts ? <parts.DialogPopup {...props} /> : null;
}
