import type { ComponentProps, ReactNode } from 'react';
import { Tooltip } from './tooltip';

export interface IconButtonProps extends Omit<ComponentProps<'button'>, 'children'> {
  /** What it does: its name for screen readers and its tooltip. */
  label: string;
  children: ReactNode;
  size?: 'small' | 'medium' | undefined;
  /** Key that does the same, shown in the tooltip. */
  shortcut?: string | undefined;
}

/** A button that is only a mark. */
export function IconButton({
  label,
  children,
  size = 'medium',
  shortcut,
  className = '',
  ...rest
}: IconButtonProps) {
  return (
    <Tooltip content={label} shortcut={shortcut}>
      <button
        type="button"
        aria-label={label}
        className={`inline-flex shrink-0 items-center justify-center rounded-box text-quiet transition-colors duration-100 hover:bg-raised hover:text-ink disabled:opacity-50 aria-pressed:bg-raised aria-pressed:text-ink data-popup-open:bg-raised data-popup-open:text-ink pointer-coarse:size-11 ${size === 'small' ? 'size-6' : 'size-8'} ${className}`}
        {...rest}
      >
        {children}
      </button>
    </Tooltip>
  );
}
