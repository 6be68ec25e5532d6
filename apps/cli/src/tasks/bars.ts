/** What a task's bars look like, as text. */
import type { TaskItem, TaskView } from '@boxyard/api';
import { formatSize } from '@boxyard/spec';
import { hasColour, style } from '../output/style.ts';
import { printable } from '../output/table.ts';

/** Words of a state that no bar shows. */
const WORDS: Partial<Record<TaskItem['state'], string>> = {
  waiting: 'waiting',
  retrying: 'trying again',
  unpacking: 'unpacking',
  done: 'done',
  exists: 'already there',
  mounted: 'taken from another repository',
  failed: 'failed',
};
const OVER: readonly TaskItem['state'][] = ['done', 'exists', 'mounted', 'failed'];

/** A line for what is done, then one for each change of a bar's state, for logs. */
export class Changes {
  #begun = false;
  readonly #states = new Map<string, string>();
  readonly #notes = new NewNotes();

  /** What is new since the last look. */
  of(task: TaskView): string[] {
    const lines = this.#begun
      ? []
      : [`${task.kind} ${task.subject}${task.joined ? ', which is under way' : ''}`];
    this.#begun = true;
    lines.push(...this.#notes.of(task));
    for (const { id, label, state, total } of task.items) {
      if (this.#states.get(id) === state) continue;
      this.#states.set(id, state);
      if (state === 'waiting') continue;
      const size = total === null ? '' : ` ${formatSize(total)}`;
      lines.push(`${label}: ${state === 'working' ? `${VERBS[task.kind]}${size}` : WORDS[state]}`);
    }
    return lines.map(printable);
  }
}

const VERBS: Record<TaskView['kind'], string> = {
  pull: 'downloading',
  push: 'uploading',
  load: 'reading',
  save: 'writing',
  verify: 'checking',
  prune: 'removing',
};

/** Bars that move, then what came of them. */
export class Bars {
  readonly #fd: 1 | 2;
  readonly #rates = new Map<string, Rate>();

  /** @param fd where they are shown, for the colours */
  constructor(fd: 1 | 2) {
    this.#fd = fd;
  }

  /** @param now milliseconds, for the rates */
  lines(task: TaskView, { rows, columns, now }: { rows: number; columns: number; now: number }): string[] {
    const notes = task.notes.slice(-NOTES_SHOWN).map((line) => printable(line).slice(0, columns));
    const room = Math.max(rows - notes.length - LINES_BESIDES, 1);
    const shown = mostTelling(task.items, room);
    const sum = `${task.items.length}/${task.items.length}`;
    const width = Math.max(sum.length, ...task.items.map(({ label }) => label.length));
    const lines = shown.map((item) => this.#line(item, { columns, width, now }));
    const hidden = task.items.length - shown.length;
    if (hidden > 0) lines.push(`${' '.repeat(width)}  and ${hidden} more`);
    if (task.items.length > 1) lines.push(this.#overall(task, { columns, width, now }));
    return [...lines, ...notes];
  }

  #line(item: TaskItem, place: Place): string {
    const { id, label, state, current, total } = item;
    const name = printable(label).padEnd(place.width);
    if (state !== 'working' || total === null) {
      const size = state === 'done' && total !== null ? `  ${formatSize(total)}` : '';
      return `${name}  ${paint(WORDS[state] ?? 'working', state, this.#fd)}${size}`;
    }
    return `${name}  ${this.#bar({ id, current, total }, place)}`;
  }

  #overall({ items, state }: TaskView, place: Place): string {
    // What was there already is no work.
    const counted = items.filter((item) => item.state !== 'exists' && item.state !== 'mounted');
    const sum = (values: (number | null)[]) => values.reduce<number>((all, value) => all + (value ?? 0), 0);
    const over = items.filter((item) => OVER.includes(item.state)).length;
    const name = `${over}/${items.length}`.padEnd(place.width);
    const current = sum(counted.map((item) => item.current));
    const total = sum(counted.map((item) => item.total));
    if (state !== 'running') return `${name}  ${formatSize(current)} in all`;
    return `${name}  ${this.#bar({ id: '', current, total }, place)}`;
  }

  #bar({ id, current, total }: { id: string; current: number; total: number }, place: Place): string {
    const rate = this.#rates.get(id) ?? new Rate();
    this.#rates.set(id, rate);
    const perSecond = rate.of(current, place.now);
    const figures = `${formatSize(current)} / ${formatSize(total)}${
      perSecond === undefined ? '' : `  ${formatSize(perSecond)}/s`
    }`;
    const room = place.columns - place.width - FIGURES_WIDTH;
    const cells = Math.min(Math.max(room, BAR_LEAST), BAR_MOST);
    const filled = total === 0 ? cells : Math.floor((Math.min(current, total) / total) * cells);
    const bar = style('━'.repeat(filled), 'cyan', this.#fd);
    const rest = style((hasColour(this.#fd) ? '━' : '─').repeat(cells - filled), 'dim', this.#fd);
    return `${bar}${rest}  ${figures.slice(0, Math.max(place.columns - place.width - cells - 4, 0))}`;
  }
}

interface Place {
  columns: number;
  /** Of the labels. */
  width: number;
  /** Milliseconds. */
  now: number;
}

const NOTES_SHOWN = 3;
/** The sum, how many are not shown, and the line the cursor stands on. */
const LINES_BESIDES = 3;
/** `61.0MiB / 61.0MiB  999MiB/s` and the gaps around. */
const FIGURES_WIDTH = 36;
const BAR_LEAST = 8;
const BAR_MOST = 40;

/** So many of the bars, in their order: first those that move, then those to come, then those that are over. */
function mostTelling(items: readonly TaskItem[], most: number): TaskItem[] {
  if (items.length <= most) return [...items];
  const rank = ({ state }: TaskItem) => (state === 'waiting' ? 1 : OVER.includes(state) ? 2 : 0);
  const chosen = new Set(items.toSorted((a, b) => rank(a) - rank(b)).slice(0, most));
  return items.filter((item) => chosen.has(item));
}

function paint(text: string, state: TaskItem['state'], fd: 1 | 2): string {
  if (state === 'failed') return style(text, 'red', fd);
  if (state === 'retrying') return style(text, 'yellow', fd);
  return state === 'done' ? style(text, 'green', fd) : style(text, 'dim', fd);
}

/** Bytes a second over the last moments. */
class Rate {
  #samples: { at: number; bytes: number }[] = [];

  /** Undefined as long as there is too little to say it. */
  of(bytes: number, now: number): number | undefined {
    this.#samples = [...this.#samples.filter(({ at }) => now - at < RATE_MS), { at: now, bytes }];
    const first = this.#samples[0];
    if (!first || now === first.at) return undefined;
    return Math.max(0, Math.round(((bytes - first.bytes) / (now - first.at)) * 1000));
  }
}
const RATE_MS = 3_000;

/** The notes that were not there at the last look. */
class NewNotes {
  #last: readonly string[] = [];

  of({ notes }: TaskView): readonly string[] {
    const last = this.#last;
    this.#last = notes;
    // The oldest are forgotten, so that what is new comes after the longest end of the old list that begins this one.
    for (let from = 0; from <= last.length; from++) {
      const kept = last.slice(from);
      if (kept.every((line, index) => line === notes[index])) return notes.slice(kept.length);
    }
    return notes;
  }
}
