/** Names that usually hold what nobody should read over a shoulder. */
const SECRET =
  /pass(wd|word|phrase)?|secret|token|credential|private|api_?key|access_?key|auth|cookie|session|dsn|_key$/i;

/** Whether a variable's value is hidden until somebody asks for it. */
export function looksSecret(key: string): boolean {
  return SECRET.test(key);
}

/** `KEY=VALUE` in two; the value may hold further `=`. */
export function splitVariable(entry: string): [key: string, value: string] {
  const at = entry.indexOf('=');
  return at === -1 ? [entry, ''] : [entry.slice(0, at), entry.slice(at + 1)];
}
