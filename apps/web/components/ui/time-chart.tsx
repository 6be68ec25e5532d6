'use client';
import dynamic from 'next/dynamic';
import { type Series, summarizeSeries } from '../../lib/series';

/** Height of the plot in px: the room is kept before it is loaded, so nothing moves. */
export const PLOT_HEIGHT = 148;

const TimePlot = dynamic(() => import('./time-plot'), {
  ssr: false,
  loading: () => <div style={{ height: PLOT_HEIGHT }} />,
});

export interface TimeChartProps {
  title: string;
  series: readonly Series[];
  /** Seconds between two samples. */
  step: number;
  /** Milliseconds since the epoch of the last sample. */
  until: number;
  format: (value: number) => string;
  /** The axis reaches at least this far, so that idle noise does not look like load. */
  atLeast: number;
  /** Steps of the axis: powers of two for bytes, else of ten. */
  base?: 2 | 10;
  /** Charts with the same key share the cursor. */
  cursor?: string;
}

/** Lines over time; below them the same as a table, which is also the legend and what screen readers read. */
export function TimeChart({ title, series, format, ...plot }: TimeChartProps) {
  const rows = series.map(({ label, values }) => ({ label, summary: summarizeSeries(values) }));
  const measured = rows.some(({ summary }) => summary !== null);
  return (
    <section aria-label={title} className="min-w-0 rounded-box border border-line bg-surface p-3">
      <h2 className="font-medium">{title}</h2>
      {measured ? (
        <TimePlot series={series} format={format} {...plot} />
      ) : (
        <p style={{ height: PLOT_HEIGHT }} className="grid place-items-center text-quiet">
          No data for this time
        </p>
      )}
      <table className="w-full table-fixed text-right">
        <caption className="sr-only">{title}: least, average, most and now</caption>
        <thead className="text-quiet">
          <tr>
            <th scope="col" className="w-[28%] text-left font-normal">
              <span className="sr-only">Series</span>
            </th>
            {['min', 'avg', 'max', 'now'].map((word) => (
              <th key={word} scope="col" className="font-normal">
                {word}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(({ label, summary }, index) => (
            <tr key={label}>
              <th scope="row" className="truncate text-left font-normal">
                <span aria-hidden className={`mr-1.5 ${LEGEND[index % LEGEND.length]}`}>
                  ━
                </span>
                {label}
              </th>
              {(['min', 'average', 'max', 'now'] as const).map((key) => (
                <td key={key}>{summary?.[key] == null ? '–' : format(summary[key])}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

/** In the order of the plot's lines. */
const LEGEND = ['text-accent', 'text-busy', 'text-good'];
