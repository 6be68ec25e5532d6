'use client';
import type { ContainerView } from '@boxyard/api';
import { useLogTail } from '../../lib/log-tail';

/** The end of a box's log, live, one row a line. */
export function LogGlance({ container, lines }: { container: ContainerView; lines: number }) {
  const tail = useLogTail(container.id, container.startedAt, lines);
  return (
    <div
      className="overflow-hidden rounded-box border border-line bg-raised px-2.5 py-1.5 font-mono text-mono"
      style={{ minHeight: `${LINE_HEIGHT_REM * lines + PADDING_REM}rem` }}
    >
      {tail?.length === 0 && <p className="font-sans text-quiet">It has written nothing.</p>}
      {tail?.map(({ number, text, stream }) => (
        <p
          key={number}
          className={`truncate leading-5 ${stream === 'stderr' ? 'text-bad' : ''}`}
          title={text}
        >
          <bdi>{text || '\u00a0'}</bdi>
        </p>
      ))}
    </div>
  );
}

/** `leading-5`, and the frame: the room is kept before the lines come. */
const LINE_HEIGHT_REM = 1.25;
const PADDING_REM = 0.875;
