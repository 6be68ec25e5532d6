import { type KeyboardEvent, type ReactNode, useId } from 'react';

interface TabsProps<Value extends string> {
  items: readonly { value: Value; label: ReactNode; count?: number | undefined }[];
  value: Value;
  onChange: (value: Value) => void;
  /** What the tabs are the parts of. */
  label: string;
  /** The chosen tab's panel. */
  children?: ReactNode;
  className?: string | undefined;
}

const STEPS: Record<string, (at: number, count: number) => number> = {
  ArrowRight: (at, count) => (at + 1) % count,
  ArrowLeft: (at, count) => (at - 1 + count) % count,
  Home: () => 0,
  End: (_, count) => count - 1,
};

/**
 * One of several panels: arrows move the focus, Enter or Space chooses (ARIA tabs pattern, manual activation: a panel may be costly). The
 * state is the caller's, so that it can live in the address.
 */
export function Tabs<Value extends string>(props: TabsProps<Value>) {
  const { items, value, onChange, label, children, className = 'flex min-h-0 flex-col' } = props;
  const base = useId();
  const move = (event: KeyboardEvent<HTMLElement>) => {
    const tabs = [...event.currentTarget.querySelectorAll<HTMLElement>('[role=tab]')];
    const at = tabs.indexOf(document.activeElement as HTMLElement);
    const to = STEPS[event.key]?.(at, tabs.length);
    if (to === undefined || at < 0) return;
    event.preventDefault();
    tabs[to]?.focus();
  };
  return (
    <div className={className}>
      <div
        role="tablist"
        tabIndex={-1}
        aria-label={label}
        onKeyDown={move}
        className="flex shrink-0 gap-5 overflow-x-auto border-line border-b px-4 outline-none [scrollbar-width:none]"
      >
        {items.map((item) => (
          <button
            key={item.value}
            type="button"
            role="tab"
            id={`${base}-${item.value}`}
            aria-selected={item.value === value}
            aria-controls={children === undefined ? undefined : `${base}-panel`}
            tabIndex={item.value === value ? 0 : -1}
            onClick={() => onChange(item.value)}
            className="-mb-px inline-flex h-9 shrink-0 items-center gap-1.5 border-transparent border-b-2 text-quiet transition-colors duration-100 hover:text-ink focus-visible:outline-offset-[-2px] aria-selected:border-accent aria-selected:font-medium aria-selected:text-ink pointer-coarse:h-11"
          >
            {item.label}
            {item.count !== undefined && (
              <span className="rounded-full bg-raised px-1.5 text-label text-quiet">{item.count}</span>
            )}
          </button>
        ))}
      </div>
      {children !== undefined && (
        <div
          role="tabpanel"
          id={`${base}-panel`}
          aria-labelledby={`${base}-${value}`}
          className="min-h-0 flex-1"
        >
          {children}
        </div>
      )}
    </div>
  );
}
