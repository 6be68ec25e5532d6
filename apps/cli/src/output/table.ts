import { stripVTControlCharacters } from 'node:util';
import { hasColour, style } from './style.ts';

const GAP = '   ';

export interface Column<Row> {
  title: string;
  value(row: Row): string;
  /** Colour of a cell on a terminal. */
  paint?(text: string, row: Row): string;
}

/** Rows as columns under their titles; on a terminal titles are bold. Control characters of names are shown, not obeyed. */
export function formatTable<Row>(columns: readonly Column<Row>[], rows: readonly Row[]): string {
  const cells = rows.map((row) => columns.map((column) => printable(column.value(row))));
  const widths = columns.map((column, index) =>
    Math.max(column.title.length, ...cells.map((line) => width(line[index] ?? ''))),
  );
  const pad = (text: string, index: number) =>
    index === columns.length - 1 ? '' : ' '.repeat((widths[index] ?? 0) - width(text)) + GAP;
  const head = columns.map(({ title }, index) => style(title, 'bold') + pad(title, index)).join('');
  const colour = hasColour(1);
  const lines = cells.map((line, at) =>
    line
      .map((text, index) => {
        const paint = colour ? columns[index]?.paint : undefined;
        return (paint ? paint(text, rows[at] as Row) : text) + pad(text, index);
      })
      .join(''),
  );
  return `${[head, ...lines].join('\n')}\n`;
}

/** A box can be given any command or label: what would move the cursor is written as an escape. */
export function printable(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
  return text.replace(/[\u0000-\u001f\u007f-\u009f]/g, (char) => {
    const named: Record<string, string> = { '\n': '\\n', '\t': '\\t', '\r': '\\r' };
    return named[char] ?? `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`;
  });
}

function width(text: string): number {
  return stripVTControlCharacters(text).length;
}

export function truncate(text: string, length: number): string {
  return text.length > length ? `${text.slice(0, length - 1)}…` : text;
}
