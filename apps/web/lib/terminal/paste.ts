/** C0 without tab and line ends, DEL, C1: with them a page could end a bracketed paste early, and type commands after it. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const CONTROLS = /[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]/g;

/** What may go into a terminal of what was on the clipboard. */
export function cleanPaste(text: string): string {
  return text.replace(CONTROLS, '');
}

/** A shell without bracketed paste runs every line at once. */
export function runsAtOnce(text: string, bracketed: boolean): boolean {
  return !bracketed && /[\r\n]/.test(text);
}
