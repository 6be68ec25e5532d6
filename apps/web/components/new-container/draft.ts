/** What the page "New box" knows: one command line, shown as a form and as text. Pure. */
import {
  type Caller,
  type FlagName,
  flagsOf,
  formatLine,
  parseLine,
  type RunLine,
  type RunProblem,
  requestOf,
} from '@boxyard/api/run-command';
import { BoxError, joinShellWords, splitShellWords } from '@boxyard/spec';

export interface Draft {
  /** What the form shows. Rows that were begun and hold nothing yet are '' here. */
  line: RunLine;
  /** The form's command as typed: it may be half a word. */
  commandField: string;
  /** The command line as typed; not what `line` says while a word of it cannot be read. */
  text: string;
}

/** A mistake in the text, at its letters. */
export interface TextProblem {
  from: number;
  to: number;
  message: string;
  hint?: string | undefined;
}

/** A line on a page is typed by nobody's shell: it has no environment, no files and no directory of its own. */
export const PAGE: Caller = {
  variable(key) {
    throw new BoxError('INVALID_ARGUMENT', `${key} has no value`, {
      hint: `write ${key}=VALUE: this page has no environment to take it from`,
    });
  },
  readFile(path) {
    throw new BoxError('UNSUPPORTED', `${path} is a file on your side, which this page cannot read`, {
      hint: 'paste its lines under Environment, and take the flag out',
    });
  },
  absolute(path) {
    throw new BoxError('INVALID_ARGUMENT', `"${path}" is not absolute`, {
      hint: 'write the path on the host from / on',
    });
  },
};

export function draftOf(line: RunLine): Draft {
  return {
    line,
    commandField: joinShellWords(line.command),
    text: joinShellWords(formatLine(settled(line))),
  };
}

export const EMPTY: RunLine = { verb: 'run', flags: { detach: ['true'] }, image: '', command: [] };

/** Without rows that hold nothing: they are no flags yet. */
export function settled(line: RunLine): RunLine {
  const repeatable = new Set(
    flagsOf('run')
      .filter((flag) => flag.repeatable)
      .map(({ long }) => long),
  );
  const flags = Object.entries(line.flags).flatMap(([name, values]) => {
    const kept = repeatable.has(name) ? values.filter((value) => value !== '') : values;
    return kept.length > 0 ? [[name, kept] as const] : [];
  });
  return { ...line, flags: Object.fromEntries(flags) };
}

/** The form was changed: the text follows. */
export function withLine(draft: Draft, change: Partial<RunLine>): Draft {
  const line = { ...draft.line, ...change };
  return { ...draft, line, text: joinShellWords(formatLine(settled(line))) };
}

export function withFlag(draft: Draft, name: FlagName, values: readonly string[]): Draft {
  const { [name]: _, ...others } = draft.line.flags;
  return withLine(draft, { flags: values.length > 0 ? { ...others, [name]: values } : others });
}

/** The form's command was typed; what cannot be split into words yet changes nothing else. */
export function withCommandField(draft: Draft, commandField: string): Draft {
  const { words, problem } = splitShellWords(commandField);
  if (problem) return { ...draft, commandField };
  return { ...withLine(draft, { command: words.map(({ text }) => text) }), commandField };
}

/** The text was changed: the form follows as soon as every word of it can be read. */
export function withText(draft: Draft, text: string): Draft {
  const { words, problem } = splitShellWords(text);
  const { line, problems } = parseLine(words.map((word) => word.text));
  if (problem || problems.length > 0) return { ...draft, text };
  return { line: here(line), commandField: joinShellWords(line.command), text };
}

/**
 * What the line does when it is this page that runs it. At a terminal `box run IMAGE` gives a terminal without being asked; a box made
 * here always runs on by itself.
 */
function here(line: RunLine): RunLine {
  if (line.verb === 'create') return line;
  const { detach, interactive, tty } = line.flags;
  const silent = !detach && !interactive && !tty;
  const added = silent ? { interactive: ['true'], tty: ['true'] } : {};
  return { ...line, flags: { ...line.flags, ...added, detach: ['true'] } };
}

/** Everything that is wrong with the form's values; indexes count the rows as the form shows them. */
export function problemsOf(
  { line, commandField }: Draft,
  more: (line: RunLine, request: ReturnType<typeof requestOf>['request']) => RunProblem[],
): RunProblem[] {
  const clean = settled(line);
  const { request, problems } = requestOf(clean, PAGE);
  const { problem } = splitShellWords(commandField);
  const all = [...problems, ...(problems.length > 0 ? [] : more(clean, request))];
  return [
    ...(problem
      ? [{ field: 'command', index: 0, message: problem.message, hint: problem.hint } satisfies RunProblem]
      : []),
    ...all.map((found) => ({ ...found, index: rowOf(line, found) })),
  ];
}

/** Counting the rows that hold nothing too. */
function rowOf(line: RunLine, { field, index }: RunProblem): number {
  const values = field === 'command' ? undefined : line.flags[field];
  const filled = values?.flatMap((value, row) => (value === '' ? [] : [row])) ?? [];
  return filled[index] ?? index;
}

/** Everything that is wrong with the text, at its letters. A command without an image is not wrong yet: it is being written. */
export function textProblemsOf(text: string, formProblems: readonly RunProblem[]): TextProblem[] {
  const { words, problem } = splitShellWords(text);
  const at = (word: number) => ({
    from: words[word]?.from ?? text.length,
    to: words[word]?.to ?? text.length,
  });
  const parsed = parseLine(words.map((word) => word.text));
  const lexical = parsed.problems.map(({ word, message, hint }) => ({ ...at(word), message, hint }));
  const open = problem
    ? [{ from: problem.at, to: text.length, message: problem.message, hint: problem.hint }]
    : [];
  if (lexical.length + open.length > 0) return [...open, ...lexical];
  return formProblems.map(({ field, index, message, hint }) => ({
    ...at(parsed.wordOf(field, index)),
    message,
    hint,
  }));
}

/** Lines of a `.env` file as KEY=VALUE: comments left out, `export` and one pair of quotes around a value taken away. */
export function parseEnvironmentBlock(text: string): string[] {
  return text
    .split(/\r?\n/)
    .map((line) => line.trim().replace(/^export\s+/, ''))
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => {
      const equals = line.indexOf('=');
      if (equals === -1) return line;
      const [, quoted = line.slice(equals + 1).trim()] =
        /^\s*(?:"(.*)"|'(.*)')\s*$/s.exec(line.slice(equals + 1))?.filter((part) => part !== undefined) ?? [];
      return `${line.slice(0, equals).trim()}=${quoted}`;
    });
}

/** `web` → `web-2`, `web-2` → `web-3`: the first that nobody has. */
export function freeName(wanted: string, isTaken: (name: string) => boolean): string {
  const [, stem = wanted, number] = /^(.*?)(?:-(\d{1,6}))?$/s.exec(wanted) ?? [];
  for (let next = Number(number ?? 1) + 1; ; next++) {
    const name = `${stem}-${next}`;
    if (!isTaken(name)) return name;
  }
}
