import type { ReactNode } from 'react';

interface SegmentsProps<Value extends string> {
  /** What is chosen among: "Time span". */
  label: string;
  values: readonly Value[];
  value: Value;
  onChange(value: Value): void;
  /** What stands on each. */
  children(value: Value): ReactNode;
}

/** A few choices side by side, one of them pressed. */
export function Segments<Value extends string>({
  label,
  values,
  value,
  onChange,
  children,
}: SegmentsProps<Value>) {
  return (
    <fieldset className="inline-flex rounded-box border border-edge bg-surface">
      <legend className="sr-only">{label}</legend>
      {values.map((one) => (
        <button
          key={one}
          type="button"
          aria-pressed={value === one}
          onClick={() => onChange(one)}
          className="h-[30px] px-3 text-quiet first:rounded-l-box last:rounded-r-box hover:text-ink focus-visible:outline-offset-[-2px] aria-pressed:bg-accent-soft aria-pressed:font-medium aria-pressed:text-ink pointer-coarse:h-11"
        >
          {children(one)}
        </button>
      ))}
    </fieldset>
  );
}
