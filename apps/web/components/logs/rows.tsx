import {
  type Dispatch,
  type KeyboardEvent,
  type MouseEvent,
  type RefObject,
  type SetStateAction,
  useEffect,
  useLayoutEffect,
  useRef,
  useState,
} from 'react';
import type { LogContainer, LogSession, LogView } from '../../lib/logs/session';
import { Button } from '../ui/button';
import { Gutter, ROW_PX, RowLine } from './row';
import type { Settings } from './settings';

/** Rows made beyond the visible ones, so that a fast wheel shows no gap. */
const OVERSCAN = 40;
/** So near to the oldest row older ones are fetched. */
const NEAR_ROWS = 200;
/** So many new rows and the agent holds the rest back: the end is somewhere else. */
const HELD_BACK = 15_000;
const PROBE = 'M'.repeat(100);
const UPWARDS = new Set(['ArrowUp', 'PageUp', 'Home']);

interface Props {
  session: LogSession;
  view: LogView;
  containers: readonly LogContainer[];
  settings: Settings;
  follow: boolean;
  setFollow(follow: boolean): void;
  chosen: { from: number; to: number } | null;
  setChosen: Dispatch<SetStateAction<{ from: number; to: number } | null>>;
}

/** Only the visible rows exist. Scrolling up ends following, reaching the end resumes it. */
export function Rows(props: Props) {
  const { session, view, containers, settings, follow, setFollow, chosen, setChosen } = props;
  const { frame } = view;
  const box = useRef<HTMLDivElement>(null);
  const seen = useScreen(box, props);
  useColumns(box, session, settings);
  const dated = useDated(view);
  const pausedAt = useRef(0);
  if (follow) pausedAt.current = frame?.endPlace ?? 0;
  const fresh = Math.max(0, (frame?.endPlace ?? 0) - pausedAt.current);
  const filtered = settings.show !== 'mark' || settings.lv.length > 0 || settings.st !== 'all';

  const choose = (event: MouseEvent) => {
    if (!getSelection()?.isCollapsed) return;
    const row = (event.target as Element).closest<HTMLElement>('[data-place]');
    if (!row || (event.target as Element).closest('button')) return;
    const place = Number(row.dataset.place);
    setChosen((before) =>
      event.shiftKey && before
        ? { from: Math.min(before.from, place), to: Math.max(before.to, place) }
        : { from: place, to: place },
    );
  };
  const resume = () => {
    if (fresh > HELD_BACK) session.toEnd();
    setFollow(true);
  };
  const pressed = (event: KeyboardEvent) => {
    if (UPWARDS.has(event.key)) seen.leaveEnd();
    else if (event.key === 'Escape') setChosen(null);
  };
  return (
    <div className="relative flex min-h-0 min-w-0 flex-1 flex-col">
      <div
        ref={box}
        onScroll={seen.scrolled}
        onWheel={(event) => event.deltaY < 0 && seen.leaveEnd()}
        onTouchMove={seen.leaveEnd}
        onPointerDown={(event) => event.target === box.current && seen.leaveEnd()}
        onKeyDown={pressed}
        onClick={choose}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard (WCAG 2.1.1)
        tabIndex={0}
        role="log"
        aria-label="Log"
        aria-live="off"
        className="min-h-0 flex-1 overflow-auto overscroll-contain font-mono text-mono outline-offset-[-2px] [overflow-anchor:none]"
      >
        {filtered && !view.atStart && frame && <Older view={view} session={session} />}
        <div
          style={{ height: frame ? (frame.endRow - frame.firstRow) * ROW_PX : 0 }}
          className={`relative ${settings.wrap ? '' : 'min-w-max'}`}
        >
          <div aria-hidden="true" data-probe className="invisible absolute flex w-full px-3">
            <Gutter containers={containers} settings={settings} dated={dated} />
            <span data-text className="min-w-0 flex-1 overflow-hidden">
              <span data-character className="whitespace-pre">
                {PROBE}
              </span>
            </span>
          </div>
          {frame?.rows.map((row) => (
            <RowLine
              key={row.place}
              row={row}
              top={(row.row - frame.firstRow) * ROW_PX}
              containers={containers}
              settings={settings}
              dated={dated}
              chosen={chosen !== null && row.place >= chosen.from && row.place <= chosen.to}
              target={view.target?.place === row.place}
              fill={() => session.fill(row.source, row)}
            />
          ))}
        </div>
      </div>
      {frame && frame.shown === 0 && <Nothing view={view} settings={settings} session={session} />}
      {!follow && frame && frame.shown > 0 && (
        <Button variant="primary" className="absolute right-6 bottom-4 shadow-pop" onClick={resume}>
          ↓{' '}
          {fresh === 0
            ? 'Follow'
            : `${fresh.toLocaleString('en')}${fresh > HELD_BACK ? '+' : ''} new ${fresh === 1 ? 'line' : 'lines'}`}
        </Button>
      )}
    </div>
  );
}

/** Older lines are not fetched by themselves while few of them would show. */
function Older({ view, session }: { view: LogView; session: LogSession }) {
  return (
    <div className="sticky left-0 w-fit px-3 py-1">
      <Button size="small" busy={view.paging} onClick={() => session.older()}>
        Look through older lines
      </Button>
    </div>
  );
}

/** Why there are no rows, and what would bring some. */
function Nothing({ view, settings, session }: { view: LogView; settings: Settings; session: LogSession }) {
  const { frame, ends } = view;
  const held = frame?.held ?? 0;
  const loading = held === 0 && frame?.sources.every((source) => source === null) && ends.some((end) => !end);
  return (
    <div className="pointer-events-none absolute inset-x-0 top-16 px-4 text-center text-quiet">
      {held > 0 ? (
        <p>None of the {held.toLocaleString('en')} lines held match.</p>
      ) : settings.t ? (
        <p>
          No lines since then.{' '}
          <button
            type="button"
            className="pointer-events-auto text-accent underline"
            onClick={() => session.open({ kind: 'tail' })}
          >
            Show the end
          </button>
        </p>
      ) : (
        <p>{loading ? 'Nothing was written yet.' : 'This box wrote nothing.'}</p>
      )}
    </div>
  );
}

/** Which rows are on the screen, and the scrolling that keeps it on them. */
function useScreen(
  box: RefObject<HTMLDivElement | null>,
  { session, view, settings, follow, setFollow }: Props,
) {
  const { frame, target } = view;
  const firstRow = useRef(0);
  const lastTop = useRef(0);
  const wanted = useRef('');
  const tell = (following: boolean) => {
    const element = box.current;
    if (!element) return;
    const first = firstRow.current + Math.floor(element.scrollTop / ROW_PX);
    const count = Math.ceil(element.clientHeight / ROW_PX);
    // In steps, so that a pixel more asks for nothing.
    const from = Math.floor((first - OVERSCAN) / 10) * 10;
    const to = first + count + OVERSCAN;
    const key = `${from} ${Math.ceil(to / 10)} ${following}`;
    if (key === wanted.current) return;
    wanted.current = key;
    session.setScreen({ from, to: from + count + 2 * OVERSCAN + 10, first, follow: following });
  };
  const filtered = settings.show !== 'mark' || settings.lv.length > 0 || settings.st !== 'all';
  const fetchAround = () => {
    if (!frame || follow || !box.current) return;
    const first = firstRow.current + box.current.scrollTop / ROW_PX;
    if (!filtered && first - frame.firstRow < NEAR_ROWS) session.older();
    if (frame.endRow - first < NEAR_ROWS + box.current.clientHeight / ROW_PX) session.newer();
  };
  // biome-ignore lint/correctness/useExhaustiveDependencies: what the screen shows changes with these
  useLayoutEffect(() => {
    const element = box.current;
    if (!element || !frame) return;
    // What is read stays where it is while lines come and go before it.
    if (!follow) element.scrollTop += (firstRow.current - frame.firstRow) * ROW_PX;
    firstRow.current = frame.firstRow;
    if (follow) element.scrollTop = element.scrollHeight;
    lastTop.current = element.scrollTop;
    tell(follow);
    fetchAround();
  }, [frame, follow]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: a target is gone to once
  useLayoutEffect(() => {
    const element = box.current;
    if (!element || !target) return;
    setFollow(false);
    element.scrollTop = (target.row - firstRow.current) * ROW_PX - element.clientHeight / 3;
    lastTop.current = element.scrollTop;
    tell(false);
  }, [target]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the observer lives as long as the rows
  useEffect(() => {
    const element = box.current;
    if (!element) return;
    const observer = new ResizeObserver(() => {
      if (lastFollow.current) element.scrollTop = element.scrollHeight;
      tell(lastFollow.current);
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  const lastFollow = useRef(follow);
  lastFollow.current = follow;
  return {
    /** Reading begins: at once, or the next line would take the end away again. */
    leaveEnd() {
      const element = box.current;
      if (follow && element && element.scrollHeight > element.clientHeight) setFollow(false);
    },
    scrolled() {
      const element = box.current;
      if (!element) return;
      const atEnd = element.scrollHeight - element.scrollTop - element.clientHeight < ROW_PX;
      const down = element.scrollTop > lastTop.current;
      if (follow && !atEnd && element.scrollTop < lastTop.current) setFollow(false);
      else if (!follow && atEnd && down) setFollow(true);
      lastTop.current = element.scrollTop;
      tell(follow);
      fetchAround();
    },
  };
}

/** Tells the Worker how many characters fit a row while lines wrap. */
function useColumns(box: RefObject<HTMLDivElement | null>, session: LogSession, settings: Settings): void {
  // biome-ignore lint/correctness/useExhaustiveDependencies: times change the room that is left
  useEffect(() => {
    const text = box.current?.querySelector<HTMLElement>('[data-probe] [data-text]');
    const character = text?.querySelector<HTMLElement>('[data-character]');
    if (!settings.wrap || !text || !character) {
      session.setColumns(0);
      return;
    }
    const measure = () => {
      const width = character.getBoundingClientRect().width / PROBE.length;
      if (width > 0) session.setColumns(Math.max(10, Math.floor(text.clientWidth / width)));
    };
    const observer = new ResizeObserver(measure);
    observer.observe(text);
    return () => observer.disconnect();
  }, [box, session, settings.wrap, settings.ts]);
}

/** Times of day need their date when the lines are not all of today. */
function useDated({ histogram }: LogView): boolean {
  const [today] = useState(() => new Date().toDateString());
  return histogram !== null && new Date(histogram.from).toDateString() !== today;
}
