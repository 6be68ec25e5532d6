import { type ReactNode, useEffect, useLayoutEffect, useRef, useState } from 'react';
import type { LogLine } from '../lib/log-store';

const ROW_PX = 18;
/** Rows made beyond the visible ones, so that a fast wheel shows no gap. */
const OVERSCAN = 20;

interface Props {
  lines: readonly LogLine[];
  /** Lines that left at the top since the beginning. */
  dropped: number;
  follow: boolean;
  setFollow(follow: boolean): void;
  render(line: LogLine): ReactNode;
}

/** Only the visible rows exist. Scrolling up ends following, reaching the end resumes it. */
export function LogRows({ lines, dropped, follow, setFollow, render }: Props) {
  const box = useRef<HTMLDivElement>(null);
  const [view, setView] = useState({ top: 0, height: 600 });
  useEffect(() => {
    const element = box.current;
    if (!element) return;
    const observer = new ResizeObserver(() =>
      setView({ top: element.scrollTop, height: element.clientHeight }),
    );
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  useEffect(() => {
    const element = box.current;
    // `lines` is a dependency because following means: at the end whenever there are new ones.
    if (follow && element && lines) element.scrollTop = element.scrollHeight;
  });
  // What you read stays where it is while older lines leave.
  const droppedBefore = useRef(dropped);
  useLayoutEffect(() => {
    const element = box.current;
    if (element && !follow) element.scrollTop -= (dropped - droppedBefore.current) * ROW_PX;
    droppedBefore.current = dropped;
  }, [dropped, follow]);
  const first = Math.max(0, Math.floor(view.top / ROW_PX) - OVERSCAN);
  const last = Math.min(lines.length, Math.ceil((view.top + view.height) / ROW_PX) + OVERSCAN);
  const onScroll = () => {
    const element = box.current;
    if (!element) return;
    const atEnd = element.scrollHeight - element.scrollTop - element.clientHeight < ROW_PX;
    if (atEnd !== follow) setFollow(atEnd);
    setView({ top: element.scrollTop, height: element.clientHeight });
  };
  return (
    <div
      ref={box}
      onScroll={onScroll}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard (WCAG 2.1.1)
      tabIndex={0}
      role="log"
      aria-label="Log"
      aria-live="off"
      className="min-h-0 flex-1 overflow-auto bg-surface font-mono text-[12.5px]"
    >
      <div style={{ height: lines.length * ROW_PX }} className="relative min-w-max">
        {lines.slice(first, last).map((line, index) => (
          <div
            key={line.number}
            data-line={line.number}
            className="absolute px-4 whitespace-pre"
            style={{ top: (first + index) * ROW_PX, height: ROW_PX, lineHeight: `${ROW_PX}px` }}
          >
            {render(line)}
          </div>
        ))}
      </div>
    </div>
  );
}
