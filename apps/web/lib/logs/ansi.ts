/** SGR colours of a log line as spans; every other escape sequence is dropped. Never HTML. (ECMA-48, 8.3.117) */
export interface Style {
  /** A colour of the palette as a CSS variable; 256-colour and RGB values as CSS. */
  color?: string;
  bold?: boolean;
  dim?: boolean;
  italic?: boolean;
  underline?: boolean;
}
export interface Span extends Style {
  text: string;
}

/**
 * CSI with its parameters and final letter; OSC, DCS, PM, APC and SOS up to BEL or ST or the end of the line (a clipboard or title text
 * must not show as text); two- and three-letter escapes; and every control character but tab.
 */
const ESCAPE =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences are what this finds
  /\x1b\[([0-?]*)[ -/]*([@-~])?|\x1b\]8;[^;\x07\x1b]*;([^\x07\x1b]*)(?:\x07|\x1b\\|$)|\x1b[\]PX^_][^\x07\x1b]*(?:\x07|\x1b\\|$)|\x1b[ -/]*[0-~]?|[\x00-\x08\x0a-\x1f\x7f-\x9f]/g;
// biome-ignore lint/suspicious/noControlCharactersInRegex: what makes a line more than plain text
const CONTROL = /[\x00-\x08\x0a-\x1f\x7f-\x9f]/;
const TAB_WIDTH = 8;

/** Styles last to the end of the line only: lines are shown out of order. */
export function parseAnsi(line: string): Span[] {
  const written = overwritten(line);
  if (!CONTROL.test(written)) return written ? [{ text: expandTabs(written) }] : [];
  const spans: Span[] = [];
  let style: Style = {};
  let at = 0;
  let link = '';
  const push = (text: string, as: Style = style) => {
    if (text) spans.push({ text, ...as });
  };
  for (const match of written.matchAll(ESCAPE)) {
    push(written.slice(at, match.index));
    at = match.index + match[0].length;
    const [, parameters = '', final, target] = match;
    if (final === 'm' && !/[<=>?]/.test(parameters)) style = applySgr(style, parameters);
    if (target !== undefined) {
      // OSC 8: what a link leads to is said, and nothing leads there.
      if (link && !target) push(` <${link}>`, { dim: true });
      link = target;
    }
  }
  push(written.slice(at));
  if (link) push(` <${link}>`, { dim: true });
  return expandSpans(spans);
}

/** The line as text without styles: what is searched, copied and downloaded. */
export function plainText(line: string): string {
  if (!CONTROL.test(line)) return line;
  return parseAnsi(line)
    .map(({ text }) => text)
    .join('');
}

/** A progress bar writes its line again and again: the last one counts. */
function overwritten(line: string): string {
  const end = line.endsWith('\r') ? line.length - 1 : line.length;
  const last = line.lastIndexOf('\r', end - 1);
  return last === -1 && end === line.length ? line : line.slice(last + 1, end);
}

function expandTabs(text: string, from = 0): string {
  if (!text.includes('\t')) return text;
  let out = '';
  for (const part of text.split(/(\t)/))
    out += part === '\t' ? ' '.repeat(TAB_WIDTH - ((from + out.length) % TAB_WIDTH)) : part;
  return out;
}

function expandSpans(spans: Span[]): Span[] {
  let column = 0;
  for (const span of spans) {
    span.text = expandTabs(span.text, column);
    column += span.text.length;
  }
  return spans;
}

function applySgr(style: Style, parameters: string): Style {
  const codes = parameters.split(/[;:]/).map(Number);
  let next = { ...style };
  for (let index = 0; index < codes.length; index++) {
    const code = codes[index] as number;
    if (code === 0) next = {};
    else if (code === 1) next.bold = true;
    else if (code === 2) next.dim = true;
    else if (code === 3) next.italic = true;
    else if (code === 4) next.underline = true;
    else if (code === 22) {
      delete next.bold;
      delete next.dim;
    } else if (code === 23) delete next.italic;
    else if (code === 24) delete next.underline;
    else if (code >= 30 && code <= 37) next.color = palette(code - 30);
    else if (code >= 90 && code <= 97) next.color = palette(code - 82);
    else if (code === 39) delete next.color;
    else if (code === 38 || code === 48) {
      const { color, used } = extended(codes, index + 1);
      if (code === 38 && color) next.color = color;
      index += used;
    }
  }
  return next;
}

/** `5;n` or `2;r;g;b` after 38 or 48. A background is read past: a row's own says more. */
function extended(codes: readonly number[], at: number): { color?: string; used: number } {
  if (codes[at] === 5) return { color: indexed(codes[at + 1] ?? 0), used: 2 };
  if (codes[at] !== 2) return { used: 0 };
  const rgb = codes.slice(at + 1, at + 4).map((value) => value & 255);
  return { color: `rgb(${rgb.join(' ')})`, used: 4 };
}

const palette = (index: number): string => `var(--ansi-${index})`;

/** xterm's 256 colours: 16 named, a 6 × 6 × 6 cube, 24 greys. */
function indexed(index: number): string {
  if (index < 16) return palette(index);
  if (index >= 232)
    return `rgb(${Array(3)
      .fill(8 + (index - 232) * 10)
      .join(' ')})`;
  const level = (value: number) => (value === 0 ? 0 : 55 + value * 40);
  const cube = index - 16;
  return `rgb(${[Math.floor(cube / 36), Math.floor(cube / 6) % 6, cube % 6].map(level).join(' ')})`;
}
