import { BoxError } from './errors.ts';

/** The caller's environment: what `KEY` without a value is looked up in. */
export type EnvironmentLookup = (key: string) => string | undefined;

/**
 * `-e KEY=VALUE` as it is, `-e KEY` with the caller's value; undefined when the caller has none (then it is not set, as in Docker).
 * @throws BoxError INVALID_ARGUMENT
 */
export function parseEnvironmentFlag(text: string, lookup: EnvironmentLookup): string | undefined {
  const equals = text.indexOf('=');
  const key = equals === -1 ? text : text.slice(0, equals);
  if (text.includes('\0')) {
    throw new BoxError('INVALID_ARGUMENT', `-e ${key.replaceAll('\0', '')}: the text contains a NUL byte`, {
      hint: 'no environment can hold one: leave it out',
    });
  }
  if (!key) {
    throw new BoxError('INVALID_ARGUMENT', `-e ${JSON.stringify(text)}: no name before "="`, {
      hint: "write -e KEY=VALUE, or -e KEY to pass on the caller's value",
    });
  }
  if (equals !== -1) return text;
  const value = lookup(key);
  return value === undefined ? undefined : `${key}=${value}`;
}

/**
 * An env file as Docker reads it (cli/opts/envfile.go): UTF-8, one KEY=VALUE a line, the value taken as it stands (no quotes, no
 * expansion), `#` begins a comment only at the start of a line, blank lines are skipped, KEY alone takes the caller's value.
 * @throws BoxError INVALID_ARGUMENT naming the file and the line
 */
export function parseEnvironmentFile(text: string, file: string, lookup: EnvironmentLookup): string[] {
  const variables: string[] = [];
  for (const [index, raw] of text
    .replace(/^\uFEFF/, '')
    .split('\n')
    .entries()) {
    const line = raw.replace(/\r$/, '').trimStart();
    if (!line || line.startsWith('#')) continue;
    const equals = line.indexOf('=');
    const key = equals === -1 ? line : line.slice(0, equals);
    const problem = !key ? 'no name before "="' : keyProblem(key, line);
    if (problem) {
      throw new BoxError('INVALID_ARGUMENT', `${file}:${index + 1}: ${problem}`, {
        hint: 'an env file holds one KEY=VALUE a line; # begins a comment line',
      });
    }
    const entry = equals === -1 ? parseEnvironmentFlag(key, lookup) : line;
    if (entry !== undefined) variables.push(entry);
  }
  return variables;
}

function keyProblem(key: string, line: string): string | undefined {
  if (/\s/.test(key)) return `the name "${key}" contains white space`;
  if (line.includes('\0')) return 'the line contains a NUL byte';
  return undefined;
}

/** KEY=VALUE entries where a later one of the same key replaces an earlier one in its place. */
export function mergeEnvironment(...lists: readonly (readonly string[])[]): string[] {
  const byKey = new Map<string, string>();
  for (const entry of lists.flat()) byKey.set(entry.slice(0, entry.indexOf('=')), entry);
  return [...byKey.values()];
}
