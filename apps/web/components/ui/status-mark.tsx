import type { ContainerView } from '@boxyard/api';
import type { ReactNode } from 'react';
import { type Shape, type Status, statusOf, type Tone } from '../../lib/status';
import { Tooltip } from './tooltip';

export const TONE_TEXT: Record<Tone, string> = {
  good: 'text-good',
  busy: 'text-busy',
  bad: 'text-bad',
  quiet: 'text-quiet',
};

/** Drawn, not typed: fonts give these characters different sizes and heights. */
const DRAWINGS: Record<Shape, ReactNode> = {
  '●': <circle cx="6" cy="6" r="4" fill="currentColor" />,
  '◐': (
    <>
      <circle cx="6" cy="6" r="3.75" />
      <path d="M6 2.25a3.75 3.75 0 0 0 0 7.5z" fill="currentColor" stroke="none" />
    </>
  ),
  '○': <circle cx="6" cy="6" r="3.5" />,
  '✕': <path d="m2.75 2.75 6.5 6.5M9.25 2.75l-6.5 6.5" strokeWidth="1.75" />,
  '▲': <path d="M6 1.75 11 10.5H1z" fill="currentColor" strokeWidth="1" />,
  '❚❚': <path d="M4 2.5v7M8 2.5v7" strokeWidth="2" />,
  '⟳': <path d="M10 6a4 4 0 1 1-1.2-2.85L10 4.25M10 1.75v2.5H7.5" />,
  '?': <path d="M3.75 4a2.25 2.25 0 1 1 3.4 1.95C6.3 6.45 6 6.9 6 7.5M6 9.9v.01" />,
};

/** A status's shape alone; the word has to stand beside it. */
export function ShapeMark({ shape }: { shape: Shape }) {
  return (
    <svg
      aria-hidden="true"
      viewBox="0 0 12 12"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.5"
      strokeLinecap="round"
      strokeLinejoin="round"
      className="size-3 shrink-0"
    >
      {DRAWINGS[shape]}
    </svg>
  );
}

/** Shape and word in the status's colour; why on hover and focus. Whatever ended badly can be reached with Tab, to read the reason. */
export function StatusLabel({ status: { shape, word, tone, why } }: { status: Status }) {
  return (
    <Tooltip content={why}>
      <span
        {...(tone === 'bad' ? { tabIndex: 0 } : {})}
        aria-description={why}
        className={`inline-flex min-w-0 max-w-full items-center gap-1.5 whitespace-nowrap ${TONE_TEXT[tone]}`}
      >
        <ShapeMark shape={shape} />
        <span className="truncate">{word}</span>
      </span>
    </Tooltip>
  );
}

/** How a container is. */
export function StatusMark({ container }: { container: ContainerView }) {
  return <StatusLabel status={statusOf(container)} />;
}
