import type { ComponentProps } from 'react';
import { useField } from './field';

/** What text fields and selects share. */
export const CONTROL =
  'rounded-box border border-edge bg-field text-ink transition-colors duration-100 placeholder:text-quiet hover:border-edge-hover disabled:opacity-50 aria-invalid:border-bad pointer-coarse:text-base';

export interface InputProps extends ComponentProps<'input'> {
  /** For what is code: names, commands, addresses. */
  mono?: boolean | undefined;
}

/** One line of text. Inside `Field` it is named and described by it. Spelling and completion are off: names and paths are no prose. */
export function Input({ mono = false, className = '', ...rest }: InputProps) {
  return (
    <input
      autoComplete="off"
      spellCheck={false}
      className={`h-8 w-full min-w-0 px-2.5 pointer-coarse:h-11 ${mono ? 'font-mono text-mono' : ''} ${CONTROL} ${className}`}
      {...useField()}
      {...rest}
    />
  );
}
