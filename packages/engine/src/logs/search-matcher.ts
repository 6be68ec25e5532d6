import { BoxError } from '@boxyard/spec';

/** What a search looks for in a line. */
export interface Matcher {
  /** Index of the first match in a line's text, or -1. */
  find(text: string): number;
  /** The bytes that every match contains as they are: blocks without them need no look at their lines. */
  readonly needle: Buffer | undefined;
}

export interface Pattern {
  pattern: string;
  regex: boolean;
  caseSensitive: boolean;
}

/** Throws INVALID_ARGUMENT for what is no regular expression. */
export function compileMatcher({ pattern, regex, caseSensitive }: Pattern): Matcher {
  if (!regex && caseSensitive) {
    return { find: (text) => text.indexOf(pattern), needle: Buffer.from(pattern) };
  }
  const source = regex ? pattern : escapePattern(pattern);
  let expression: RegExp;
  try {
    expression = new RegExp(source, caseSensitive ? '' : 'i');
  } catch (error) {
    throw new BoxError('INVALID_ARGUMENT', `not a regular expression: ${(error as Error).message}`, {
      hint: 'search for it as plain text, or put \\ before ( ) [ ] { } . * + ? ^ $ | \\',
    });
  }
  // test() is quicker than search(), and few lines match.
  return { find: (text) => (expression.test(text) ? text.search(expression) : -1), needle: undefined };
}

const escapePattern = (text: string): string => text.replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&');
