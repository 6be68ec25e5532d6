/** What every list has in common: `--format json|table|'{{template}}'`, `--filter`, `-q`, `--no-trunc`. */
import { BoxError, compileTemplate, templateFields } from '@boxyard/spec';
import type { Command } from 'commander';
import { collect } from '../verb.ts';
import { write } from './print.ts';
import { type Column, formatTable } from './table.ts';

export interface ListOptions {
  format?: string;
  filter?: string[];
  quiet?: boolean;
  /** False with --no-trunc. */
  trunc: boolean;
}

export function listOptions(command: Command, filters: string): Command {
  return command
    .option('--format <format>', "json, table, or a template like '{{.ID}} {{.Name}}'")
    .option('-f, --filter <key=value>', `show only what matches (${filters}); may be repeated`, collect)
    .option('-q, --quiet', 'print ids alone')
    .option('--no-trunc', 'do not shorten ids and commands');
}

export interface List<View, Row extends object> {
  views: readonly View[];
  /** Fields for templates, under the names Docker's templates use. */
  row(view: View): Row;
  columns: readonly Column<Row>[];
  /** What -q prints. */
  id(row: Row): string;
}

/** Prints a list as its options ask. JSON is the views as the API gives them. */
export function printList<View, Row extends object>(list: List<View, Row>, options: ListOptions): void {
  if (options.quiet) write(list.views.map((view) => `${list.id(list.row(view))}\n`).join(''));
  else write(renderList(list, options.format));
}

/** A list as `--format` asks, whole lines. */
export function renderList<View, Row extends object>(list: List<View, Row>, format = 'table'): string {
  if (format === 'json') return `${JSON.stringify(list.views, null, 2)}\n`;
  const rows = list.views.map(list.row);
  return format === 'table' ? formatTable(list.columns, rows) : renderTemplate(format, rows);
}

/** `table {{.ID}}\t{{.Name}}` makes columns with the fields' names as titles; anything else is one line for each row. */
function renderTemplate(format: string, rows: readonly object[]): string {
  const isTable = format.startsWith('table ');
  const source = isTable ? format.slice(6) : format;
  if (!source.includes('{{')) throw unknownFormat(format);
  const template = compileTemplate(source);
  const lines = rows.map((row) => template(row));
  if (!isTable) return lines.map((line) => `${line}\n`).join('');
  const titles = templateFields(source).map((field) =>
    field.replace(/(?<=[a-z])(?=[A-Z])/g, ' ').toUpperCase(),
  );
  const columns = titles.map((title, index) => ({ title, value: (cells: string[]) => cells[index] ?? '' }));
  return formatTable(
    columns,
    lines.map((line) => line.split('\t')),
  );
}

/** One thing (version, info, inspect) in the format asked for; undefined when it is for the caller to print as text. */
export function formatOne(value: unknown, format: string | undefined): string | undefined {
  if (format === undefined || format === 'table') return undefined;
  if (format === 'json') return `${JSON.stringify(value, null, 2)}\n`;
  if (!format.includes('{{')) throw unknownFormat(format);
  return `${compileTemplate(format)(value)}\n`;
}

function unknownFormat(format: string): BoxError {
  return new BoxError('INVALID_ARGUMENT', `--format: "${format}" is no format`, {
    hint: "use json, table or a template like '{{.ID}} {{.Name}}'",
  });
}
