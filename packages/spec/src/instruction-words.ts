/** Words of a Dockerfile instruction: quotes, backslashes and `$NAME` (Dockerfile reference, "Environment replacement"). */
import { BoxError } from './errors.ts';

const BLANK = /\s/;
const NAME = /[A-Za-z0-9_]/;
/** Inside double quotes a backslash quotes only these. */
const ESCAPABLE_IN_DOUBLE_QUOTES = /["\\$]/;

/** The words as they are written, quotes kept. Throws INVALID_ARGUMENT for an open quote. */
export function splitInstructionWords(text: string): string[] {
  const words: string[] = [];
  let word = '';
  let quote = '';
  for (let at = 0; at < text.length; at++) {
    const letter = text[at] as string;
    if (letter === '\\' && quote !== "'") word += letter + (text[++at] ?? '');
    else if (quote === '' && BLANK.test(letter)) {
      if (word !== '') words.push(word);
      word = '';
    } else {
      if (letter === quote) quote = '';
      else if (quote === '' && (letter === '"' || letter === "'")) quote = letter;
      word += letter;
    }
  }
  if (quote !== '') {
    throw new BoxError('INVALID_ARGUMENT', `a ${quote} is not closed in ${text}`, {
      hint: `write another ${quote} where the quoted text ends`,
    });
  }
  return word === '' ? words : [...words, word];
}

/** The words without their quotes, variables replaced by what `env` (`KEY=VALUE`) says; `whole`: the text is one word. */
export function expandWords(
  text: string,
  env: readonly string[] | undefined,
  { whole = false } = {},
): string[] {
  const variables = new Map<string, string>();
  for (const entry of env ?? []) {
    const at = entry.indexOf('=');
    if (at > 0) variables.set(entry.slice(0, at), entry.slice(at + 1));
  }
  const words = splitInstructionWords(text);
  return (whole ? [text] : words).map((word) => expand(word, variables));
}

function expand(word: string, variables: ReadonlyMap<string, string>): string {
  let result = '';
  let quote = '';
  for (let at = 0; at < word.length; at++) {
    const letter = word[at] as string;
    if (letter === quote) quote = '';
    else if (quote === "'") result += letter;
    else if (quote === '' && (letter === '"' || letter === "'")) quote = letter;
    else if (letter === '\\') {
      const next = word[++at] ?? '';
      result += quote === '"' && !ESCAPABLE_IN_DOUBLE_QUOTES.test(next) ? `\\${next}` : next;
    } else if (letter === '$') {
      const found = variableAt(word, at, variables);
      result += found.value;
      at = found.last;
    } else result += letter;
  }
  return result;
}

/** `$NAME`, `${NAME}`, `${NAME:-else}`, `${NAME:+then}` at a place; a `$` that begins none of them is itself. */
function variableAt(
  word: string,
  at: number,
  variables: ReadonlyMap<string, string>,
): { value: string; last: number } {
  if (word[at + 1] === '{') {
    const end = word.indexOf('}', at);
    const [, name = '', operator, other = ''] =
      /^([A-Za-z0-9_]+)(?:(:[-+])([\s\S]*))?$/.exec(word.slice(at + 2, end === -1 ? word.length : end)) ?? [];
    if (end === -1 || name === '') {
      throw new BoxError('INVALID_ARGUMENT', `${word.slice(at)} is no variable`, {
        hint: `write \${NAME}, \${NAME:-else} or \${NAME:+then}; \\$ for the letter itself`,
      });
    }
    const value = variables.get(name) ?? '';
    if (operator === ':-') return { value: value || other, last: end };
    if (operator === ':+') return { value: value && other, last: end };
    return { value, last: end };
  }
  let end = at + 1;
  while (end < word.length && NAME.test(word[end] as string)) end++;
  const name = word.slice(at + 1, end);
  return { value: name === '' ? '$' : (variables.get(name) ?? ''), last: end - 1 };
}
