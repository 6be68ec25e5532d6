import { Input as Base } from '@base-ui/react/input';
import type { ComponentProps } from 'react';

/** What text fields and selects share. */
export const CONTROL =
  'rounded-box border border-edge bg-field text-ink transition-colors duration-100 placeholder:text-quiet hover:border-edge-hover disabled:opacity-50 data-invalid:border-bad pointer-coarse:text-base';

export interface InputProps extends Omit<ComponentProps<'input'>, 'className'> {
  /** For what is code: names, commands, addresses. */
  mono?: boolean | undefined;
  className?: string;
}

/** One line of text. Inside `Field` it is named and described by it. Spelling and completion are off: names and paths are no prose. */
export function Input({ mono = false, className = '', ...rest }: InputProps) {
  return (
    <Base
      autoComplete="off"
      spellCheck={false}
      className={`h-8 w-full min-w-0 px-2.5 pointer-coarse:h-11 ${mono ? 'font-mono text-mono' : ''} ${CONTROL} ${className}`}
      {...rest}
    />
  );
}
