/**
 * What terminals say by themselves (xterm's ctlseqs): CSI reports of cursor, attributes, modes, size and focus; strings (DCS, OSC) that
 * answer questions about colours and settings. Shift-F3 looks like a cursor report, as it does to every program.
 */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const REPORTS = /^(?:\x1b\[[?>=]?[\d;]*(?:[cRnt]|\$y)|\x1b\[[IO]|\x1b[P\]][^\x07\x1b]*(?:\x07|\x1b\\))+$/;
const ESCAPE = 0x1b;
/** Answers are short: a longer input is none, and not worth decoding. */
const REPORT_MAX_BYTES = 1_024;

/** Whether input is nothing but what a terminal answers by itself, which nobody typed. */
export function isTerminalReport(input: Uint8Array): boolean {
  if (input[0] !== ESCAPE || input.length < 3 || input.length > REPORT_MAX_BYTES) return false;
  return REPORTS.test(String.fromCharCode(...input));
}
