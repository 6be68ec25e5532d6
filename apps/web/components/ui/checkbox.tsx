import { type ReactNode, useEffect, useRef } from 'react';

interface CheckboxProps {
  label: ReactNode;
  checked: boolean;
  onChange: (checked: boolean) => void;
  /** Some of what it stands for is chosen. */
  indeterminate?: boolean | undefined;
  /** The label is for screen readers only; then it must be text. */
  hideLabel?: boolean | undefined;
  disabled?: boolean | undefined;
}

/** The browser's own checkbox, dressed: it knows labels, forms, keyboards and forced colours best. */
export function Checkbox({
  label,
  checked,
  onChange,
  indeterminate = false,
  hideLabel,
  disabled,
}: CheckboxProps) {
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (input.current) input.current.indeterminate = indeterminate;
  }, [indeterminate]);
  return (
    <label
      className={`inline-flex items-center gap-2 pointer-coarse:min-h-11 ${hideLabel ? 'pointer-coarse:min-w-11 justify-center' : ''} ${disabled ? 'opacity-50' : ''}`}
    >
      <input
        ref={input}
        type="checkbox"
        checked={checked}
        disabled={disabled}
        onChange={(event) => onChange(event.currentTarget.checked)}
        className="checkbox size-4 shrink-0"
      />
      <span className={hideLabel ? 'sr-only' : 'min-w-0'}>{label}</span>
    </label>
  );
}
