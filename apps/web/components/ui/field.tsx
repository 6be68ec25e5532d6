import { Field as Base } from '@base-ui/react/field';
import type { ReactNode } from 'react';

interface FieldProps {
  label: ReactNode;
  hint?: ReactNode;
  /** What is wrong and what would be right; announced with the control. */
  error?: ReactNode;
  /** One `Input`, `Textarea` or `Select`. */
  children: ReactNode;
  className?: string | undefined;
}

/** Names a control, describes it and says what is wrong with it. */
export function Field({ label, hint, error, children, className = '' }: FieldProps) {
  return (
    <Base.Root invalid={Boolean(error)} className={`flex min-w-0 flex-col gap-1 ${className}`}>
      <Base.Label className="w-fit font-medium">{label}</Base.Label>
      {children}
      {hint && <Base.Description className="text-quiet text-xs">{hint}</Base.Description>}
      {error && (
        <Base.Error match className="break-words text-bad text-xs">
          {error}
        </Base.Error>
      )}
    </Base.Root>
  );
}
