import { Autocomplete as Base } from '@base-ui/react/autocomplete';
import { useField } from './field';
import { CONTROL } from './input';
import { POPUP, POPUP_ITEM } from './popup';

export interface Suggestion {
  value: string;
  /** Beside it, quiet. */
  note?: string | undefined;
}

interface AutocompleteProps {
  value: string;
  onChange: (value: string) => void;
  suggestions: readonly Suggestion[];
  placeholder?: string | undefined;
  mono?: boolean | undefined;
}

/** A line of free text that offers what is known. Inside `Field` it is named and described by it. */
export function Autocomplete({ value, onChange, suggestions, placeholder, mono = false }: AutocompleteProps) {
  const field = useField();
  return (
    <Base.Root
      items={suggestions}
      value={value}
      onValueChange={onChange}
      itemToStringValue={(item: Suggestion) => item.value}
      openOnInputClick
    >
      <Base.Input
        {...field}
        placeholder={placeholder}
        autoComplete="off"
        spellCheck={false}
        className={`h-8 w-full min-w-0 px-2.5 pointer-coarse:h-11 ${mono ? 'font-mono text-mono' : ''} ${CONTROL}`}
      />
      <Base.Portal>
        <Base.Positioner sideOffset={4} collisionPadding={8} className="z-50">
          <Base.Popup className={`${POPUP} w-(--anchor-width) data-empty:hidden`}>
            <Base.List>
              {(item: Suggestion) => (
                <Base.Item key={item.value} value={item} className={POPUP_ITEM}>
                  <span className={`min-w-0 flex-1 truncate ${mono ? 'font-mono text-mono' : ''}`}>
                    {item.value}
                  </span>
                  {item.note && <span className="shrink-0 text-quiet text-xs">{item.note}</span>}
                </Base.Item>
              )}
            </Base.List>
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  );
}
