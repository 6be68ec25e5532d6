import { createContext, type ReactNode, useContext, useId } from 'react';

interface FieldContext {
  id: string;
  'aria-describedby': string | undefined;
  'aria-invalid': true | undefined;
}

const Context = createContext<FieldContext | null>(null);

/** What a control inside a `Field` needs to be named, described and marked by it; nothing outside of one. */
export function useField(): Partial<FieldContext> {
  return useContext(Context) ?? {};
}

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
  const id = useId();
  const described = [hint ? `${id}-hint` : '', error ? `${id}-error` : ''].filter(Boolean).join(' ');
  return (
    <div className={`flex min-w-0 flex-col gap-1 ${className}`}>
      <label htmlFor={id} className="w-fit font-medium">
        {label}
      </label>
      <Context
        value={{
          id,
          'aria-describedby': described || undefined,
          'aria-invalid': error ? true : undefined,
        }}
      >
        {children}
      </Context>
      {hint && (
        <div id={`${id}-hint`} className="text-quiet text-xs">
          {hint}
        </div>
      )}
      {error && (
        <div id={`${id}-error`} className="break-words text-bad text-xs">
          {error}
        </div>
      )}
    </div>
  );
}
