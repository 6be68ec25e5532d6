import type { PointerEvent } from 'react';
import { DOCK_HEIGHT_MIN, dockHeightMost, setDockHeight } from '../../lib/dock';

/** One press of an arrow: a line of a terminal and a bit. */
const STEP_PX = 24;

/** The dock's upper edge: dragged, or moved with the arrows. */
export function DockEdge({ height }: { height: number }) {
  const drag = (event: PointerEvent<HTMLElement>) => {
    if (!event.currentTarget.hasPointerCapture(event.pointerId)) return;
    const bottom = event.currentTarget.parentElement?.getBoundingClientRect().bottom ?? innerHeight;
    setDockHeight(bottom - event.clientY);
  };
  return (
    // biome-ignore lint/a11y/useSemanticElements: a separator that is moved is a control, <hr> is not
    <div
      role="separator"
      aria-orientation="horizontal"
      aria-label="Height of the dock"
      aria-valuenow={height}
      aria-valuemin={DOCK_HEIGHT_MIN}
      aria-valuemax={dockHeightMost()}
      tabIndex={0}
      onPointerDown={(event) => event.currentTarget.setPointerCapture(event.pointerId)}
      onPointerMove={drag}
      onKeyDown={(event) => {
        const step = { ArrowUp: STEP_PX, ArrowDown: -STEP_PX }[event.key];
        if (!step) return;
        event.preventDefault();
        setDockHeight(height + step);
      }}
      className="-mt-1 h-1.5 shrink-0 cursor-row-resize touch-none hover:bg-accent focus-visible:bg-accent pointer-coarse:h-4"
    />
  );
}
