import { plainText } from './ansi';
import { type Facet, LEVELS, type LogLine } from './line';

/** What is looked for, and which lines are shown. */
export interface Query {
  text: string;
  regex: boolean;
  caseSensitive: boolean;
  /** `mark`: all lines are shown; `only`: those that match; `hide`: those that do not. */
  mode: 'mark' | 'only' | 'hide';
  /** Empty: all. */
  levels: readonly Facet[];
  stream: 'all' | LogLine['stream'];
}

export const NO_QUERY: Query = {
  text: '',
  regex: false,
  caseSensitive: false,
  mode: 'mark',
  levels: [],
  stream: 'all',
};
export const FACETS: readonly Facet[] = [...LEVELS, 'other'];

/** A query ready to use. `error` says why its text is no regular expression; then it matches nothing and hides nothing. */
export interface Matcher {
  readonly error: string | null;
  /** Whether there is something to look for. */
  readonly active: boolean;
  matches(line: LogLine): boolean;
  shows(line: LogLine): boolean;
  /** [from, to) of every match in a text. */
  ranges(text: string): [number, number][];
}

/** Marks in one row; a text that matches everywhere costs no more. */
const RANGES_MAX = 200;

export function compileQuery(query: Query): Matcher {
  const { expression, error } = compile(query);
  const matches = (line: LogLine) => !!expression && !line.hole && expression.test(plainText(line.text));
  const facet = new Set(query.levels);
  return {
    error,
    active: expression !== null,
    matches,
    shows(line) {
      if (line.hole) return true;
      if (facet.size > 0 && !facet.has(line.level ?? 'other')) return false;
      if (query.stream !== 'all' && line.stream !== query.stream) return false;
      return !expression || query.mode === 'mark' || matches(line) === (query.mode === 'only');
    },
    ranges(text) {
      if (!expression) return [];
      const ranges: [number, number][] = [];
      for (const match of text.matchAll(new RegExp(expression, `${expression.flags}g`))) {
        if (match[0] && ranges.push([match.index, match.index + match[0].length]) === RANGES_MAX) break;
      }
      return ranges;
    },
  };
}

function compile({ text, regex, caseSensitive }: Query): { expression: RegExp | null; error: string | null } {
  if (!text) return { expression: null, error: null };
  const source = regex ? text : text.replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&');
  try {
    return { expression: new RegExp(source, caseSensitive ? '' : 'i'), error: null };
  } catch (error) {
    const reason = (error as Error).message.replace(/^Invalid regular expression: /, '');
    return { expression: null, error: reason };
  }
}
