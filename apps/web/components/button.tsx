import type { ButtonHTMLAttributes } from 'react';

type Variant = 'primary' | 'plain' | 'danger';
const VARIANTS: Record<Variant, string> = {
  primary: 'bg-accent text-on-accent border-transparent hover:brightness-110',
  plain: 'bg-surface text-ink border-line hover:bg-raised',
  danger: 'bg-surface text-bad border-line hover:bg-raised',
};

export interface ButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  variant?: Variant;
}

/** The one button: 28 px high, 44 px where fingers press. */
export function Button({ variant = 'plain', className = '', ...rest }: ButtonProps) {
  return (
    <button
      type="button"
      className={`inline-flex h-7 items-center justify-center gap-1.5 rounded-box border px-2.5 font-medium whitespace-nowrap disabled:opacity-45 pointer-coarse:h-11 pointer-coarse:px-4 ${VARIANTS[variant]} ${className}`}
      {...rest}
    />
  );
}
