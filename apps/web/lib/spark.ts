import { watchTheme } from './theme';

export interface Spark {
  /** Oldest first; null leaves a gap. */
  values: readonly (number | null)[];
  /** Top of the scale; without one the largest value. */
  max?: number | undefined;
  /** Lines of one tone have one colour: that of the canvas's text. */
  tone: string;
}

/** Room for half the line's width above and below, in CSS pixels. */
const MARGIN = 1;
const LINE_WIDTH = 1.25;
const AREA_OPACITY = 0.14;

const shown = new Map<Element, Spark>();
/** Found out once a tone and theme: asking the browser for a style makes it compute them. */
const colours = new Map<string, string>();
let resized: ResizeObserver | undefined;
let unlisten: (() => void) | undefined;

/** Keeps a canvas drawn when its size or the theme changes, until the returned function is called. */
export function watchSpark(canvas: HTMLCanvasElement): () => void {
  resized ??= new ResizeObserver((entries) => {
    for (const { target, contentRect } of entries) fit(target as HTMLCanvasElement, contentRect);
  });
  unlisten ??= watchTheme(redraw);
  resized.observe(canvas);
  return () => {
    resized?.unobserve(canvas);
    shown.delete(canvas);
    if (shown.size > 0) return;
    unlisten?.();
    unlisten = undefined;
    colours.clear();
  };
}

/** Draws at once where the canvas has its size already, else when it gets one. */
export function drawSpark(canvas: HTMLCanvasElement, spark: Spark): void {
  shown.set(canvas, spark);
  draw(canvas, spark);
}

function redraw(): void {
  colours.clear();
  for (const [canvas, spark] of shown) draw(canvas as HTMLCanvasElement, spark);
}

function fit(canvas: HTMLCanvasElement, { width, height }: DOMRectReadOnly): void {
  canvas.width = Math.round(width * devicePixelRatio);
  canvas.height = Math.round(height * devicePixelRatio);
  const spark = shown.get(canvas);
  if (spark) draw(canvas, spark);
}

function colourOf(canvas: HTMLCanvasElement, tone: string): string {
  const known = colours.get(tone);
  if (known) return known;
  const { color } = getComputedStyle(canvas);
  colours.set(tone, color);
  return color;
}

function draw(canvas: HTMLCanvasElement, { values, max, tone }: Spark): void {
  const context = canvas.getContext('2d');
  if (!context || canvas.width === 0) return;
  const scale = devicePixelRatio;
  const [width, height] = [canvas.width / scale, canvas.height / scale];
  context.setTransform(scale, 0, 0, scale, 0, 0);
  context.clearRect(0, 0, width, height);
  context.strokeStyle = context.fillStyle = colourOf(canvas, tone);
  context.lineWidth = LINE_WIDTH;
  context.lineJoin = context.lineCap = 'round';
  for (const run of sparkRuns(values, { max, width, height })) {
    context.beginPath();
    for (const [x, y] of run) context.lineTo(x, y);
    // One value alone is a dot.
    if (run.length === 1) context.lineTo((run[0]?.[0] ?? 0) + 0.1, run[0]?.[1] ?? 0);
    context.stroke();
    context.lineTo(run.at(-1)?.[0] ?? 0, height);
    context.lineTo(run[0]?.[0] ?? 0, height);
    context.globalAlpha = AREA_OPACITY;
    context.fill();
    context.globalAlpha = 1;
  }
}

/** The points of each stretch without a gap, in CSS pixels. */
export function sparkRuns(
  values: readonly (number | null)[],
  place: { max?: number | undefined; width: number; height: number },
): [x: number, y: number][][] {
  const most = place.max ?? Math.max(0, ...values.map((value) => value ?? 0));
  const top = Math.max(most, Number.MIN_VALUE);
  const step = place.width / Math.max(1, values.length - 1);
  const runs: [number, number][][] = [[]];
  values.forEach((value, index) => {
    if (value === null) runs.push([]);
    else {
      const share = Math.min(1, value / top);
      runs.at(-1)?.push([index * step, place.height - MARGIN - share * (place.height - 2 * MARGIN)]);
    }
  });
  return runs.filter((run) => run.length > 0);
}
