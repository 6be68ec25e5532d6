import {
  cloneElement,
  type ReactElement,
  type ReactNode,
  type SyntheticEvent,
  useEffect,
  useLayoutEffect,
  useRef,
  useState,
} from 'react';
import { createStore, useStore } from '../../lib/store';
import { Kbd } from './kbd';

/** Long enough that crossing the page shows none. */
const DELAY_MS = 400;
/** From the thing it is about, and from the window's edges. */
const GAP_PX = 6;

export type TooltipSide = 'top' | 'right' | 'bottom' | 'left';

interface Tip {
  anchor: Element;
  content: ReactNode;
  shortcut: string | undefined;
  side: TooltipSide;
}

/**
 * One popup for all tooltips, placed by hand: a floating library in each of a thousand rows costs more than the page, and its code
 * more than the shell.
 */
const shown = createStore<Tip | null>(null);
let timer: ReturnType<typeof setTimeout> | undefined;
let hiddenAt = Number.NEGATIVE_INFINITY;

function show(tip: Tip, delay: number): void {
  clearTimeout(timer);
  // The second tooltip in a row opens at once.
  const wait = shown.get() || performance.now() - hiddenAt < DELAY_MS ? 0 : delay;
  timer = setTimeout(() => shown.set(tip), wait);
}

function hide(): void {
  clearTimeout(timer);
  if (!shown.get()) return;
  hiddenAt = performance.now();
  shown.set(null);
}

interface TooltipProps {
  content: ReactNode;
  /** Key that does the same as the thing under the pointer. */
  shortcut?: string | undefined;
  /** One element that takes event handlers; it needs a name of its own, a tooltip is only for the eye. */
  children: ReactElement<Record<string, unknown>>;
  side?: TooltipSide | undefined;
}

/** A few words on hover and focus. */
export function Tooltip({ content, shortcut, children, side = 'top' }: TooltipProps) {
  const own = useRef<Element | null>(null);
  useEffect(() => {
    const tip = shown.get();
    if (tip && tip.anchor === own.current) shown.set({ ...tip, content, shortcut });
  }, [content, shortcut]);
  useEffect(
    () => () => {
      if (own.current && shown.get()?.anchor === own.current) hide();
    },
    [],
  );
  const open = (anchor: Element, delay: number) => {
    own.current = anchor;
    show({ anchor, content, shortcut, side }, delay);
  };
  const { props } = children;
  return cloneElement(children, {
    onPointerEnter: both(props.onPointerEnter, (event: PointerEventLike) => {
      if (event.pointerType === 'mouse') open(event.currentTarget, DELAY_MS);
    }),
    onPointerLeave: both(props.onPointerLeave, hide),
    onPointerDown: both(props.onPointerDown, hide),
    onFocus: both(props.onFocus, (event: SyntheticEvent<Element>) => {
      if (event.currentTarget.matches(':focus-visible')) open(event.currentTarget, 0);
    }),
    onBlur: both(props.onBlur, hide),
  });
}

type PointerEventLike = SyntheticEvent<Element> & { pointerType: string };

/** The element's own handler, then ours. */
function both<Event>(own: unknown, ours: (event: Event) => void) {
  return (event: Event) => {
    if (typeof own === 'function') own(event);
    ours(event);
  };
}

/** Once around the app: draws the tooltip that is open. */
export function TooltipProvider({ children }: { children: ReactNode }) {
  return (
    <>
      {children}
      <Layer />
    </>
  );
}

function Layer() {
  const tip = useStore(shown, null);
  const popup = useRef<HTMLDivElement>(null);
  const [place, setPlace] = useState({ left: 0, top: 0 });
  useLayoutEffect(() => {
    if (tip && popup.current) setPlace(placeOf(tip, popup.current.getBoundingClientRect()));
  }, [tip]);
  useEffect(() => {
    if (!tip) return;
    const leave = (event: Event) => {
      if (event.type === 'scroll' || (event as KeyboardEvent).key === 'Escape') hide();
    };
    document.addEventListener('scroll', leave, { capture: true, passive: true });
    document.addEventListener('keydown', leave, { capture: true });
    return () => {
      document.removeEventListener('scroll', leave, { capture: true });
      document.removeEventListener('keydown', leave, { capture: true });
    };
  }, [tip]);
  if (!tip) return null;
  return (
    <div
      ref={popup}
      role="tooltip"
      style={place}
      className="pointer-events-none fixed z-70 max-w-80 break-words rounded-box border border-line bg-tip px-2 py-1 text-ink text-xs shadow-pop"
    >
      {tip.content}
      {tip.shortcut && <Kbd className="ml-2">{tip.shortcut}</Kbd>}
    </div>
  );
}

const OPPOSITE = { top: 'bottom', bottom: 'top', left: 'right', right: 'left' } as const;

/** At the wished side, at the other one where there is no room, and always inside the window. */
function placeOf({ anchor, side }: Tip, popup: DOMRect): { left: number; top: number } {
  const at = anchor.getBoundingClientRect();
  const room = {
    top: at.top - GAP_PX - popup.height,
    bottom: innerHeight - at.bottom - GAP_PX - popup.height,
    left: at.left - GAP_PX - popup.width,
    right: innerWidth - at.right - GAP_PX - popup.width,
  };
  const chosen = room[side] < 0 && room[OPPOSITE[side]] > room[side] ? OPPOSITE[side] : side;
  const centred = {
    left: at.left + at.width / 2 - popup.width / 2,
    top: at.top + at.height / 2 - popup.height / 2,
  };
  const placed = {
    top: { left: centred.left, top: at.top - GAP_PX - popup.height },
    bottom: { left: centred.left, top: at.bottom + GAP_PX },
    left: { left: at.left - GAP_PX - popup.width, top: centred.top },
    right: { left: at.right + GAP_PX, top: centred.top },
  }[chosen];
  const within = (value: number, size: number, most: number) =>
    Math.round(Math.max(GAP_PX, Math.min(value, most - size - GAP_PX)));
  return {
    left: within(placed.left, popup.width, innerWidth),
    top: within(placed.top, popup.height, innerHeight),
  };
}
