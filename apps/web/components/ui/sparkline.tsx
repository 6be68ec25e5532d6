'use client';
import { useEffect, useRef } from 'react';
import { drawSpark, watchSpark } from '../../lib/spark';
import type { Tone } from '../../lib/status';

const STROKES: Record<Tone | 'accent', string> = {
  accent: 'text-accent',
  good: 'text-good',
  busy: 'text-busy',
  bad: 'text-bad',
  quiet: 'text-quiet',
};

interface SparklineProps {
  /** Oldest first; null where nothing was measured leaves a gap. */
  values: readonly (number | null)[];
  /** Top of the scale; without one the largest value. */
  max?: number | undefined;
  /** What it shows, with the latest figure: "CPU of api, now 12%". */
  label: string;
  tone?: keyof typeof STROKES | undefined;
  className?: string | undefined;
}

/**
 * A line without axes, as large as its place; the figure stands beside it. Drawn on a canvas: forty of them that change each second cost
 * a browser no style and no layout, as paths of an SVG do.
 */
export function Sparkline({ values, max, label, tone = 'accent', className = 'h-5 w-20' }: SparklineProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => (canvas.current ? watchSpark(canvas.current) : undefined), []);
  useEffect(() => {
    if (canvas.current) drawSpark(canvas.current, { values, max, tone });
  }, [values, max, tone]);
  return (
    <canvas
      ref={canvas}
      role="img"
      aria-label={label}
      className={`block shrink-0 ${STROKES[tone]} ${className}`}
    />
  );
}
