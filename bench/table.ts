/** One figure, its bar, and the peer or floor of the same run. */
export interface Row {
  what: string;
  /** The measured figure in words, with its unit. */
  figure: string;
  /** The peer or floor of the same run, or why there is none. */
  peer: string;
  /** figure / floor where the bar is a ratio. */
  ratio?: number | undefined;
  bar: string;
  /** Undefined where there is no bar to reach. */
  reached?: boolean | undefined;
}

/** Aligned text with a verdict per row and a line that counts them. */
export function formatTable(rows: readonly Row[]): string {
  const cells = rows.map((row) => [
    row.what,
    row.figure,
    row.peer,
    row.ratio === undefined ? '' : `${row.ratio.toFixed(2)} ×`,
    row.bar,
    row.reached === undefined ? '' : row.reached ? 'reached' : 'NOT REACHED',
  ]);
  const head = ['what', 'figure', 'floor or peer, same run', 'ratio', 'bar', ''];
  const widths = head.map((title, column) =>
    Math.max(title.length, ...cells.map((row) => (row[column] as string).length)),
  );
  const line = (row: string[]) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] as number))
      .join('  ')
      .trimEnd();
  const judged = rows.filter((row) => row.reached !== undefined);
  const count = judged.filter((row) => row.reached).length;
  return [
    line(head),
    widths.map((width) => '─'.repeat(width)).join('  '),
    ...cells.map(line),
    '',
    `${count} of ${judged.length} bars reached`,
  ].join('\n');
}

export const ms = (value: number): string => `${value.toFixed(value < 10 ? 2 : 1)} ms`;
export const mb = (bytes: number): string => `${(bytes / 1e6).toFixed(2)} MB`;
