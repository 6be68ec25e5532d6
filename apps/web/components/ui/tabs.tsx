import { Tabs as Base } from '@base-ui/react/tabs';
import type { ReactNode } from 'react';

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

/** One of several panels: arrows move, the chosen one is underlined. The state is the caller's, so that it can live in the address. */
export function Tabs<Value extends string>({
  items,
  value,
  onChange,
  label,
  children,
  className,
}: TabsProps<Value>) {
  return (
    <Base.Root
      value={value}
      onValueChange={(next: Value) => onChange(next)}
      className={className ?? 'flex min-h-0 flex-col'}
    >
      <Base.List
        aria-label={label}
        activateOnFocus={false}
        className="flex shrink-0 gap-5 overflow-x-auto border-line border-b px-4 [scrollbar-width:none]"
      >
        {items.map((item) => (
          <Base.Tab
            key={item.value}
            value={item.value}
            className="-mb-px inline-flex h-9 shrink-0 items-center gap-1.5 border-transparent border-b-2 text-quiet transition-colors duration-100 hover:text-ink focus-visible:outline-offset-[-2px] data-active:border-accent data-active:font-medium data-active:text-ink pointer-coarse:h-11"
          >
            {item.label}
            {item.count !== undefined && (
              <span className="rounded-full bg-raised px-1.5 text-label text-quiet">{item.count}</span>
            )}
          </Base.Tab>
        ))}
      </Base.List>
      {children !== undefined && (
        <Base.Panel value={value} className="min-h-0 flex-1 focus-visible:outline-offset-[-2px]">
          {children}
        </Base.Panel>
      )}
    </Base.Root>
  );
}
