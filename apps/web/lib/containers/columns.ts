export const COLUMN_IDS = [
  'status',
  'name',
  'image',
  'command',
  'cpu',
  'memory',
  'network',
  'since',
  'id',
  'created',
  'pid',
] as const;
export type ColumnId = (typeof COLUMN_IDS)[number];

export interface Column {
  id: ColumnId;
  label: string;
  /** Least width in px, padding included. */
  width: number;
  /** Share of the room that is left over; absent: the width is fixed. */
  grow?: number;
  align?: 'right';
  /** Cannot be hidden. */
  always?: true;
}

/** In the order of the table. */
export const COLUMNS: readonly Column[] = [
  { id: 'status', label: 'Status', width: 148, always: true },
  { id: 'name', label: 'Name', width: 150, grow: 3, always: true },
  { id: 'image', label: 'Image', width: 110, grow: 2 },
  { id: 'command', label: 'Command', width: 130, grow: 4 },
  { id: 'cpu', label: 'CPU', width: 128, align: 'right' },
  { id: 'memory', label: 'Memory', width: 96, align: 'right' },
  { id: 'network', label: 'Network', width: 84 },
  { id: 'since', label: 'Up / ended', width: 136 },
  { id: 'id', label: 'ID', width: 112 },
  { id: 'created', label: 'Created', width: 136 },
  { id: 'pid', label: 'PID', width: 84, align: 'right' },
];

export const DEFAULT_COLUMNS: readonly ColumnId[] = [
  'status',
  'name',
  'image',
  'command',
  'cpu',
  'memory',
  'network',
  'since',
];

/** Which go first when the window is narrow. */
const FIRST_TO_GO: readonly ColumnId[] = [
  'pid',
  'id',
  'network',
  'command',
  'created',
  'image',
  'memory',
  'cpu',
  'since',
];

/** Of the chosen columns those that fit `width` px beside `fixed` px of checkbox and menu; the rest is in the peek panel. */
export function fitColumns(chosen: readonly ColumnId[], width: number, fixed: number): Column[] {
  let columns = COLUMNS.filter(({ id, always }) => always || chosen.includes(id));
  const needed = () => columns.reduce((sum, column) => sum + column.width, fixed);
  for (const id of FIRST_TO_GO) {
    if (needed() <= width) break;
    columns = columns.filter((column) => column.id !== id);
  }
  return columns;
}

/** For `grid-template-columns`. */
export function gridTemplate(columns: readonly Column[]): string {
  return columns.map(({ width, grow }) => (grow ? `minmax(${width}px, ${grow}fr)` : `${width}px`)).join(' ');
}
