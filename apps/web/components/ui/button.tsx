import type { ComponentProps, MouseEvent } from 'react';
import { Spinner } from './spinner';

export type ButtonVariant = 'primary' | 'plain' | 'ghost' | 'danger';
export type ButtonSize = 'small' | 'medium';

const VARIANTS: Record<ButtonVariant, string> = {
  primary: 'border-transparent bg-accent text-on-accent hover:bg-accent-hover',
  plain: 'border-rim bg-surface text-ink hover:bg-raised',
  ghost: 'border-transparent text-quiet hover:bg-raised hover:text-ink',
  danger: 'border-rim bg-surface text-bad hover:border-bad hover:bg-bad-soft',
};
const SIZES: Record<ButtonSize, string> = {
  small: 'h-6 gap-1 px-2 text-xs',
  medium: 'h-8 gap-1.5 px-3',
};

export interface ButtonProps extends ComponentProps<'button'> {
  variant?: ButtonVariant | undefined;
  size?: ButtonSize | undefined;
  /** Its work is under way: it turns, keeps the focus and takes no press. */
  busy?: boolean | undefined;
}

/** The one button: 32 px high, 24 when small, 44 where fingers press. */
export function Button({
  variant = 'plain',
  size = 'medium',
  busy = false,
  className = '',
  children,
  onClick,
  ...rest
}: ButtonProps) {
  // `disabled` would throw the focus away in the middle of what the person does, so busy only refuses the press.
  const press = (event: MouseEvent<HTMLButtonElement>) => {
    if (busy) event.preventDefault();
    else onClick?.(event);
  };
  return (
    <button
      type="button"
      aria-busy={busy || undefined}
      aria-disabled={busy || undefined}
      onClick={press}
      className={`${buttonClass(variant, size)} ${className}`}
      {...rest}
    >
      {busy && <Spinner />}
      {children}
    </button>
  );
}

/** For a link that looks like a button: it goes somewhere, so it must be a link. */
export function buttonClass(variant: ButtonVariant = 'plain', size: ButtonSize = 'medium'): string {
  return `inline-flex max-w-full shrink-0 select-none items-center justify-center overflow-hidden whitespace-nowrap rounded-box border font-medium transition-colors duration-100 disabled:cursor-default disabled:opacity-50 aria-disabled:cursor-default aria-disabled:opacity-70 pointer-coarse:h-11 pointer-coarse:px-4 pointer-coarse:text-[13px] ${VARIANTS[variant]} ${SIZES[size]}`;
}
