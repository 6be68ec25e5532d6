import { useField } from './field';
import { ChevronDownIcon } from './icons';
import { CONTROL } from './input';

interface SelectProps<Value extends string> {
  /** Its name where no `Field` gives one. */
  label?: string | undefined;
  value: Value;
  onChange: (value: Value) => void;
  items: readonly { value: Value; label: string }[];
  disabled?: boolean | undefined;
  className?: string | undefined;
}

/** One of a few: the browser's own, which phones show in their own way. */
export function Select<Value extends string>(props: SelectProps<Value>) {
  const { label, value, onChange, items, disabled, className = '' } = props;
  return (
    <span className={`relative inline-flex min-w-0 ${className}`}>
      <select
        {...useField()}
        aria-label={label}
        value={value}
        disabled={disabled}
        onChange={(event) => {
          const chosen = items.find((item) => item.value === event.currentTarget.value);
          if (chosen) onChange(chosen.value);
        }}
        className={`h-8 w-full min-w-0 appearance-none truncate pr-8 pl-2.5 pointer-coarse:h-11 ${CONTROL}`}
      >
        {items.map((item) => (
          <option key={item.value} value={item.value} className="bg-surface text-ink">
            {item.label}
          </option>
        ))}
      </select>
      <ChevronDownIcon className="pointer-events-none absolute top-1/2 right-2 -translate-y-1/2 text-quiet" />
    </span>
  );
}
