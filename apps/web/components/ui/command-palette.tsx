import { Dialog } from '@base-ui/react/dialog';
import { type KeyboardEvent, type ReactNode, useEffect, useId, useMemo, useRef, useState } from 'react';
import { useReturnFocus } from '../../lib/focus';
import { fuzzyFilter } from '../../lib/fuzzy';
import { BACKDROP } from './dialog-popup';
import { SearchIcon } from './icons';
import { Kbd } from './kbd';

export interface PaletteItem {
  id: string;
  label: string;
  group: string;
  icon?: ReactNode;
  /** Keys that do the same: `g c`. */
  keys?: string | undefined;
  /** Said quietly at the right: a box's image, a session's box. Searched too. */
  detail?: string | undefined;
  run: () => void;
}

interface CommandPaletteProps {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  items: readonly PaletteItem[];
  placeholder?: string | undefined;
}

/** Rows drawn at most; whoever wants another types another letter. */
const SHOWN = 60;

/** Everything by name: typing filters, arrows choose, Enter runs. The focus stays in the field (ARIA combobox pattern). */
export function CommandPalette({
  open,
  onOpenChange,
  items,
  placeholder = 'Go to, or do…',
}: CommandPaletteProps) {
  const finalFocus = useReturnFocus(open);
  return (
    <Dialog.Root open={open} onOpenChange={(next) => onOpenChange(next)}>
      <Dialog.Portal>
        <Dialog.Backdrop className={BACKDROP} />
        <Dialog.Popup
          aria-label="Command palette"
          finalFocus={finalFocus}
          className="rise fixed inset-x-4 top-[12vh] z-50 mx-auto flex max-h-[min(28rem,70dvh)] max-w-136 flex-col overflow-hidden rounded-box border border-line bg-surface shadow-pop outline-none max-[479px]:inset-x-2 max-[479px]:top-2"
        >
          <Palette items={items} placeholder={placeholder} close={() => onOpenChange(false)} />
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

interface PaletteProps {
  items: readonly PaletteItem[];
  placeholder: string;
  close: () => void;
}

function Palette({ items, placeholder, close }: PaletteProps) {
  const [query, setQuery] = useState('');
  const [chosen, setChosen] = useState(0);
  const list = useRef<HTMLDivElement>(null);
  const base = useId();
  const rows = useMemo(() => rowsOf(query, items), [query, items]);
  const current = Math.min(chosen, rows.length - 1);
  useEffect(() => {
    list.current?.querySelector(`[data-row="${current}"]`)?.scrollIntoView({ block: 'nearest' });
  }, [current]);
  const run = (item: PaletteItem | undefined) => {
    if (!item) return;
    close();
    item.run();
  };
  const press = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step && rows.length > 0) setChosen((current + step + rows.length) % rows.length);
    else if (event.key === 'Enter') run(rows[current]?.item);
    else return;
    event.preventDefault();
  };
  return (
    <>
      <div className="flex items-center gap-2.5 border-line border-b px-4">
        <SearchIcon className="text-quiet" />
        <input
          role="combobox"
          aria-label="Search commands"
          aria-expanded="true"
          aria-controls={`${base}-list`}
          aria-activedescendant={rows.length > 0 ? `${base}-${current}` : undefined}
          aria-autocomplete="list"
          autoComplete="off"
          spellCheck={false}
          placeholder={placeholder}
          value={query}
          onChange={(event) => {
            setQuery(event.currentTarget.value);
            setChosen(0);
          }}
          onKeyDown={press}
          className="h-11 min-w-0 flex-1 bg-transparent text-title outline-none placeholder:text-quiet"
        />
        <Kbd className="pointer-coarse:hidden">Esc</Kbd>
      </div>
      <div
        ref={list}
        id={`${base}-list`}
        role="listbox"
        aria-label="Commands"
        className="min-h-0 flex-1 overflow-y-auto overscroll-contain p-1.5"
      >
        {rows.map(({ item, positions, heading }, index) => (
          <div key={item.id} role="presentation">
            {heading && (
              <div role="presentation" className="px-2.5 pt-2 pb-1 font-medium text-label text-quiet">
                {heading}
              </div>
            )}
            {/* biome-ignore lint/a11y/useKeyWithClickEvents: the field above has the keyboard, as the combobox pattern wants */}
            <div
              role="option"
              tabIndex={-1}
              id={`${base}-${index}`}
              data-row={index}
              aria-selected={index === current}
              onPointerMove={() => setChosen(index)}
              onClick={() => run(item)}
              className="flex h-8 cursor-default items-center gap-2.5 rounded-[4px] px-2.5 aria-selected:bg-raised pointer-coarse:h-11"
            >
              {item.icon && <span className="text-quiet">{item.icon}</span>}
              <span className="min-w-0 truncate">
                <Marked text={item.label} positions={positions} />
              </span>
              {item.detail && <span className="min-w-0 truncate text-quiet text-xs">{item.detail}</span>}
              {item.keys && <Kbd className="ml-auto pointer-coarse:hidden">{item.keys}</Kbd>}
            </div>
          </div>
        ))}
      </div>
      <p role="status" className={rows.length === 0 ? 'px-4 pb-6 text-center text-quiet' : 'sr-only'}>
        {rows.length === 0 ? `Nothing is called “${query}”.` : `${rows.length} found`}
      </p>
    </>
  );
}

interface Row {
  item: PaletteItem;
  positions: number[];
  /** Present on the first row of a group. */
  heading: string | undefined;
}

/** Without a query by group, in the order given; with one the best first, each group where its best item stands. */
function rowsOf(query: string, items: readonly PaletteItem[]): Row[] {
  const found = fuzzyFilter(query, items, ({ label, detail }) => (detail ? `${label} ${detail}` : label));
  const groups = Map.groupBy(found.slice(0, SHOWN), ({ item }) => item.group);
  return [...groups].flatMap(([group, rows]) =>
    rows.map(({ item, positions }, index) => ({
      item,
      positions,
      heading: index === 0 ? group : undefined,
    })),
  );
}

/** The label with the characters that were typed in bold; positions past its end belong to the detail. */
function Marked({ text, positions }: { text: string; positions: readonly number[] }) {
  const hits = new Set(positions);
  if (hits.size === 0) return text;
  // By UTF-16 unit, as the positions count; runs are put together so that no character is torn apart needlessly.
  const runs = text.match(/[\s\S]/gu)?.reduce<{ text: string; hit: boolean; at: number }[]>((done, char) => {
    const at = done.reduce((length, run) => length + run.text.length, 0);
    const last = done.at(-1);
    if (last && last.hit === hits.has(at)) last.text += char;
    else done.push({ text: char, hit: hits.has(at), at });
    return done;
  }, []);
  return runs?.map((run) =>
    run.hit ? (
      <b key={run.at} className="font-semibold text-accent">
        {run.text}
      </b>
    ) : (
      <span key={run.at}>{run.text}</span>
    ),
  );
}
