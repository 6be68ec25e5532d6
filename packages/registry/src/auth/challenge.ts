/** One way to authenticate that a server offers. */
export interface Challenge {
  /** Lower case: `basic`, `bearer`. */
  scheme: string;
  /** Names in lower case. */
  parameters: Record<string, string>;
}

const TOKEN = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+/;
const QUOTED = /^"((?:[^"\\]|\\.)*)"/s;
const TOKEN68 = /^[A-Za-z0-9._~+/-]+=*(?=\s*(?:,|$))/;

/** The challenges of a WWW-Authenticate field (RFC 9110, 11.6.1), several fields joined by commas. Stops at what it cannot read. */
export function parseChallenges(field: string): Challenge[] {
  const challenges: Challenge[] = [];
  let rest = field;
  const skip = (pattern: RegExp) => {
    rest = rest.replace(pattern, '');
  };
  for (;;) {
    skip(/^[\s,]+/);
    const [scheme] = TOKEN.exec(rest) ?? [];
    if (scheme === undefined) return challenges;
    rest = rest.slice(scheme.length);
    const parameters: Record<string, string> = {};
    challenges.push({ scheme: scheme.toLowerCase(), parameters });
    const [blank] = /^ +/.exec(rest) ?? [];
    if (blank === undefined) continue;
    rest = rest.slice(blank.length);
    const [token68] = TOKEN68.exec(rest) ?? [];
    if (token68 !== undefined) {
      rest = rest.slice(token68.length);
      continue;
    }
    for (let parameter = takeParameter(rest); parameter; parameter = takeParameter(rest)) {
      parameters[parameter.name] ??= parameter.value;
      rest = parameter.rest;
    }
  }
}

/** `name = value` or `name = "value"`, with the commas before it; undefined when the next thing is no parameter. */
function takeParameter(text: string): { name: string; value: string; rest: string } | undefined {
  const start = text.replace(/^[\s,]+/, '');
  const [name = ''] = TOKEN.exec(start) ?? [];
  const [equals] = /^\s*=\s*/.exec(start.slice(name.length)) ?? [];
  if (name === '' || equals === undefined) return undefined;
  const after = start.slice(name.length + equals.length);
  const quoted = QUOTED.exec(after);
  const [raw = '', inner] = quoted ?? TOKEN.exec(after) ?? [];
  if (raw === '') return undefined;
  const value = inner === undefined ? raw : inner.replace(/\\(.)/gs, '$1');
  return { name: name.toLowerCase(), value, rest: after.slice(raw.length) };
}
