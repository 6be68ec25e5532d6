import type { ComponentProps } from 'react';
import { useField } from './field';
import { CONTROL } from './input';

export interface TextareaProps extends ComponentProps<'textarea'> {
  mono?: boolean | undefined;
}

/** Several lines of text; grows with them where the browser can (`field-sizing`). */
export function Textarea({ mono = false, className = '', ...rest }: TextareaProps) {
  return (
    <textarea
      autoComplete="off"
      spellCheck={false}
      className={`field-sizing-content max-h-96 min-h-20 w-full px-2.5 py-1.5 leading-5 ${mono ? 'font-mono text-mono' : ''} ${CONTROL} ${className}`}
      {...useField()}
      {...rest}
    />
  );
}
