import { type ReactNode, useId } from 'react';

interface SwitchProps {
  label: ReactNode;
  checked: boolean;
  onChange: (checked: boolean) => void;
  hint?: ReactNode;
  disabled?: boolean | undefined;
}

/** On or off, in force at once; a choice that waits for a button is a `Checkbox`. */
export function Switch({ label, checked, onChange, hint, disabled }: SwitchProps) {
  const hintId = useId();
  return (
    <label
      className={`inline-flex items-start gap-2.5 pointer-coarse:min-h-11 ${disabled ? 'opacity-50' : ''}`}
    >
      <input
        type="checkbox"
        role="switch"
        checked={checked}
        aria-checked={checked}
        disabled={disabled}
        aria-describedby={hint ? hintId : undefined}
        onChange={(event) => onChange(event.currentTarget.checked)}
        className="switch mt-0.5 h-4 w-7 shrink-0"
      />
      <span className="min-w-0">
        {label}
        {hint && (
          <span id={hintId} className="block text-quiet text-xs">
            {hint}
          </span>
        )}
      </span>
    </label>
  );
}
