'use client';
import { useEffect, useRef } from 'react';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { type Series, sampleTimes } from '../../lib/series';
import { watchTheme } from '../../lib/theme';
import { PLOT_HEIGHT } from './time-chart';

interface TimePlotProps {
  series: readonly Series[];
  step: number;
  until: number;
  format: (value: number) => string;
  atLeast: number;
  base?: 2 | 10;
  cursor?: string;
}

/** The canvas of a chart. Loaded when one is shown: uPlot is 50 kB that no list needs. */
export default function TimePlot({ series, step, until, format, atLeast, base, cursor }: TimePlotProps) {
  const frame = useRef<HTMLDivElement>(null);
  const readout = useRef<HTMLParagraphElement>(null);
  const plot = useRef<uPlot | null>(null);
  const data = toData(series, step, until);
  const latest = useRef(data);
  latest.current = data;
  const labels = series.map(({ label }) => label).join('\n');

  useEffect(() => {
    const element = frame.current;
    if (!element) return;
    const draw = () => {
      plot.current?.destroy();
      const options = plotOptions(element, {
        labels: labels.split('\n'),
        step,
        format,
        atLeast,
        base,
        cursor,
      });
      const show = (self: uPlot) => {
        if (readout.current) readout.current.textContent = readoutOf(self, format, step);
      };
      plot.current = new uPlot({ ...options, hooks: { setCursor: [show] } }, latest.current, element);
    };
    draw();
    const resized = new ResizeObserver(() => {
      plot.current?.setSize({ width: element.clientWidth, height: PLOT_HEIGHT });
    });
    resized.observe(element);
    const unwatch = watchTheme(draw);
    return () => {
      unwatch();
      resized.disconnect();
      plot.current?.destroy();
      plot.current = null;
    };
  }, [labels, step, format, atLeast, base, cursor]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: data is made of these
  useEffect(() => plot.current?.setData(data), [series, until, step]);

  return (
    <div className="relative">
      <p
        ref={readout}
        aria-hidden
        className="pointer-events-none absolute -top-5 right-0 h-5 text-quiet empty:hidden"
      />
      <div ref={frame} aria-hidden style={{ height: PLOT_HEIGHT }} className="overflow-hidden" />
    </div>
  );
}

function toData(series: readonly Series[], step: number, until: number): uPlot.AlignedData {
  const times = sampleTimes(series[0]?.values.length ?? 0, step, until);
  return [times, ...series.map(({ values }) => values as (number | null)[])];
}

/** One line each, in the order of the legend. */
const LINES = ['--color-accent', '--color-busy', '--color-good'] as const;
const AXIS_FONT = '11px "Geist Mono", ui-monospace, monospace';
/** Room for `1023 MiB` at the axis. */
const AXIS_WIDTH = 68;
const AXIS_HEIGHT = 24;
/** The last `14:02:11` is centred on the right edge. */
const AXIS_LABEL_HALF = 30;
/** Up to a petabyte. */
const POWERS_OF_TWO = Array.from({ length: 50 }, (_, exponent) => 2 ** exponent);

interface Look {
  labels: readonly string[];
  step: number;
  format: (value: number) => string;
  atLeast: number;
  base: 2 | 10 | undefined;
  cursor: string | undefined;
}

function plotOptions(
  element: HTMLElement,
  { labels, step, format, atLeast, base, cursor }: Look,
): uPlot.Options {
  const colour = colours(element);
  const axis = {
    stroke: colour('--color-quiet'),
    font: AXIS_FONT,
    grid: { stroke: colour('--color-line'), width: 1 },
    ticks: { show: false },
  };
  return {
    width: element.clientWidth,
    height: PLOT_HEIGHT,
    legend: { show: false },
    padding: [8, AXIS_LABEL_HALF, 0, 0],
    cursor: {
      y: false,
      drag: { x: false, y: false },
      points: { size: 6 },
      ...(cursor ? { sync: { key: cursor } } : {}),
    },
    scales: { y: { range: (_self, _min, max) => [0, Math.max(atLeast, max * 1.1)] } },
    axes: [
      {
        ...axis,
        size: AXIS_HEIGHT,
        space: 72,
        values: (_self, times) => times.map((time) => clockOf(time, step)),
      },
      {
        ...axis,
        size: AXIS_WIDTH,
        space: 32,
        values: (_self, values) => values.map(format),
        ...(base === 2 ? { incrs: POWERS_OF_TWO } : {}),
      },
    ],
    series: [
      {},
      ...labels.map((label, index) => ({
        label,
        stroke: colour(LINES[index % LINES.length] ?? LINES[0]),
        width: 1.5,
        points: { show: false },
      })),
    ],
  };
}

/** A canvas knows no custom properties and no light-dark(): the browser is asked what they come to here and now. */
function colours(element: HTMLElement): (property: string) => string {
  const probe = document.createElement('span');
  element.append(probe);
  const asked = new Map<string, string>();
  for (const property of [...LINES, '--color-quiet', '--color-line']) {
    probe.style.color = `var(${property})`;
    asked.set(property, getComputedStyle(probe).color);
  }
  probe.remove();
  return (property) => asked.get(property) ?? 'gray';
}

/** Seconds matter in the finest ring only. */
function clockOf(time: number, step: number): string {
  return new Date(time * 1000).toLocaleTimeString('en-GB', {
    hour: '2-digit',
    minute: '2-digit',
    ...(step < 10 ? { second: '2-digit' } : {}),
  });
}

function readoutOf(plot: uPlot, format: (value: number) => string, step: number): string {
  const index = plot.cursor.idx;
  const time = index == null ? undefined : plot.data[0][index];
  if (index == null || time === undefined) return '';
  const values = plot.series.slice(1).map(({ label }, line) => {
    const value = plot.data[line + 1]?.[index];
    return `${label} ${value == null ? '–' : format(value)}`;
  });
  return [clockOf(time, step), ...values].join(' · ');
}
