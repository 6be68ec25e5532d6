import { Select as Base } from '@base-ui/react/select';
import { CheckIcon, ChevronDownIcon } from './icons';
import { CONTROL } from './input';
import { POPUP, POPUP_ITEM } from './popup';

interface SelectProps<Value extends string> {
  /** Its name where no `Field` gives one. */
  label?: string | undefined;
  value: Value;
  onChange: (value: Value) => void;
  items: readonly { value: Value; label: string }[];
  disabled?: boolean | undefined;
  className?: string | undefined;
}

/** One of a few. Opens with Enter, Space or the arrows; typing letters finds. */
export function Select<Value extends string>({
  label,
  value,
  onChange,
  items,
  disabled,
  className = '',
}: SelectProps<Value>) {
  return (
    <Base.Root
      items={items}
      value={value}
      onValueChange={(next) => next !== null && onChange(next)}
      disabled={disabled}
    >
      <Base.Trigger
        aria-label={label}
        className={`inline-flex h-8 min-w-0 items-center justify-between gap-2 pr-2 pl-2.5 text-left data-popup-open:border-edge-hover pointer-coarse:h-11 ${CONTROL} ${className}`}
      >
        <Base.Value className="truncate" />
        <Base.Icon className="shrink-0 text-quiet">
          <ChevronDownIcon />
        </Base.Icon>
      </Base.Trigger>
      <Base.Portal>
        <Base.Positioner sideOffset={4} alignItemWithTrigger={false} collisionPadding={8} className="z-50">
          <Base.Popup className={`${POPUP} min-w-(--anchor-width)`}>
            <Base.List>
              {items.map((item) => (
                <Base.Item key={item.value} value={item.value} className={`${POPUP_ITEM} text-ink`}>
                  <Base.ItemText className="min-w-0 flex-1 truncate">{item.label}</Base.ItemText>
                  <Base.ItemIndicator className="text-accent">
                    <CheckIcon />
                  </Base.ItemIndicator>
                </Base.Item>
              ))}
            </Base.List>
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  );
}
