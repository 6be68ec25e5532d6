/** `box run …` ↔ the request it makes. Pure; the command line, its completion and the dashboard's form share it. */
import { joinShellWords } from '@boxyard/spec';
import type { CreateInput } from '../schemas/container.ts';
import type { Caller } from './flags.ts';
import { formatLine, parseLine, type RunLine, type RunVerb, type WordProblem } from './line.ts';
import { lineOf, requestOf } from './request.ts';

export * from './duplicate.ts';
export * from './flags.ts';
export * from './line.ts';
export * from './request.ts';

export type RunCommand =
  | { ok: true; line: RunLine; request: CreateInput }
  | { ok: false; line: RunLine; problems: WordProblem[] };

/** The request of a command line, from `box` on; or what is wrong, at which word. */
export function parseRunCommand(words: readonly string[], caller: Caller): RunCommand {
  const { line, problems, wordOf } = parseLine(words);
  const reading = requestOf(line, caller);
  const all = [
    ...problems,
    ...(problems.length > 0 ? [] : reading.problems).map(({ field, index, message, hint }) => ({
      word: wordOf(field, index),
      message,
      ...(hint === undefined ? {} : { hint }),
    })),
  ];
  return all.length > 0 ? { ok: false, line, problems: all } : { ok: true, line, request: reading.request };
}

/** The command line that makes this request, quoted for a shell: `box run -d --name web busybox httpd -f`. */
export function formatRunCommand(request: CreateInput, verb: RunVerb = 'run'): string {
  return joinShellWords(formatLine(lineOf(request, verb)));
}
