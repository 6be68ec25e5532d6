import {
  cloneElement,
  type FocusEvent,
  type PointerEvent,
  type ReactElement,
  type ReactNode,
  useEffect,
  useLayoutEffect,
  useRef,
  useState,
} from 'react';
import { createPortal } from 'react-dom';
import { Kbd } from './kbd';

/** Long enough that crossing the page shows none. */
const DELAY_MS = 400;
/** After one went, the next comes at once: who reads one reads its neighbours. */
const WARM_MS = 300;
/** Time to cross the gap between the thing and its tooltip, which may be read with the pointer on it (WCAG 2.2, 1.4.13). */
const GRACE_MS = 100;
const GAP = 6;
/** Pixels kept free at the window's edge. */
const MARGIN = 8;

let lastHidden = Number.NEGATIVE_INFINITY;

export type TooltipSide = 'top' | 'right' | 'bottom' | 'left';

interface TooltipProps {
  content: ReactNode;
  /** Key that does the same as the thing under the pointer. */
  shortcut?: string | undefined;
  /** One element with a name of its own: a tooltip is only for the eye. */
  children: ReactElement<Record<string, unknown>>;
  side?: TooltipSide | undefined;
}

interface Handlers {
  onPointerEnter?: (event: PointerEvent<HTMLElement>) => void;
  onPointerLeave?: (event: PointerEvent<HTMLElement>) => void;
  onPointerDown?: (event: PointerEvent<HTMLElement>) => void;
  onFocus?: (event: FocusEvent<HTMLElement>) => void;
  onBlur?: (event: FocusEvent<HTMLElement>) => void;
}

/** A few words on hover and keyboard focus, gone with Escape. */
export function Tooltip({ content, shortcut, children, side = 'top' }: TooltipProps) {
  const [anchor, setAnchor] = useState<HTMLElement | null>(null);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const later = (wait: number, run: () => void) => {
    clearTimeout(timer.current);
    timer.current = setTimeout(run, wait);
  };
  const hide = () => {
    clearTimeout(timer.current);
    if (anchor) lastHidden = performance.now();
    setAnchor(null);
  };
  useEffect(() => () => clearTimeout(timer.current), []);
  const own = children.props as Handlers;
  const handlers: Handlers = {
    onPointerEnter(event) {
      own.onPointerEnter?.(event);
      if (event.pointerType === 'touch') return;
      const element = event.currentTarget;
      const warm = anchor !== null || performance.now() - lastHidden < WARM_MS;
      later(warm ? 0 : DELAY_MS, () => setAnchor(element));
    },
    onPointerLeave(event) {
      own.onPointerLeave?.(event);
      later(GRACE_MS, hide);
    },
    onPointerDown(event) {
      own.onPointerDown?.(event);
      hide();
    },
    onFocus(event) {
      own.onFocus?.(event);
      if (event.currentTarget.matches(':focus-visible')) setAnchor(event.currentTarget);
    },
    onBlur(event) {
      own.onBlur?.(event);
      hide();
    },
  };
  return (
    <>
      {cloneElement(children, { ...handlers })}
      {anchor && (
        <Bubble
          anchor={anchor}
          side={side}
          hide={hide}
          stay={() => clearTimeout(timer.current)}
          leave={() => later(GRACE_MS, hide)}
        >
          {content}
          {shortcut && <Kbd className="ml-2">{shortcut}</Kbd>}
        </Bubble>
      )}
    </>
  );
}

interface BubbleProps {
  anchor: HTMLElement;
  side: TooltipSide;
  hide: () => void;
  stay: () => void;
  leave: () => void;
  children: ReactNode;
}

function Bubble({ anchor, side, hide, stay, leave, children }: BubbleProps) {
  const bubble = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    if (bubble.current) place(bubble.current, anchor, side);
  });
  useEffect(() => {
    const press = (event: KeyboardEvent) => event.key === 'Escape' && hide();
    document.addEventListener('keydown', press, true);
    document.addEventListener('scroll', hide, true);
    return () => {
      document.removeEventListener('keydown', press, true);
      document.removeEventListener('scroll', hide, true);
    };
  });
  return createPortal(
    <div
      ref={bubble}
      role="tooltip"
      onPointerEnter={stay}
      onPointerLeave={leave}
      className="appear fixed z-60 w-max max-w-[min(20rem,calc(100vw-1rem))] break-words rounded-box border border-line bg-tip px-2 py-1 text-ink text-xs shadow-pop"
    >
      {children}
    </div>,
    document.body,
  );
}

const OPPOSITE = { top: 'bottom', bottom: 'top', left: 'right', right: 'left' } as const;

/** At the wanted side, at the opposite one where there is no room, inside the window in any case. */
function place(bubble: HTMLElement, anchor: HTMLElement, side: TooltipSide): void {
  const at = anchor.getBoundingClientRect();
  const { offsetWidth: width, offsetHeight: height } = bubble;
  const tops = {
    top: at.top - GAP - height,
    bottom: at.bottom + GAP,
    left: at.top + (at.height - height) / 2,
    right: at.top + (at.height - height) / 2,
  };
  const lefts = {
    top: at.left + (at.width - width) / 2,
    bottom: at.left + (at.width - width) / 2,
    left: at.left - GAP - width,
    right: at.right + GAP,
  };
  const within = (value: number, size: number, room: number) =>
    Math.max(MARGIN, Math.min(value, room - size - MARGIN));
  const fits = (which: TooltipSide) =>
    tops[which] === within(tops[which], height, innerHeight) &&
    (which === 'top' || which === 'bottom' || lefts[which] === within(lefts[which], width, innerWidth));
  const chosen = fits(side) || !fits(OPPOSITE[side]) ? side : OPPOSITE[side];
  bubble.style.top = `${within(tops[chosen], height, innerHeight)}px`;
  bubble.style.left = `${within(lefts[chosen], width, innerWidth)}px`;
}
