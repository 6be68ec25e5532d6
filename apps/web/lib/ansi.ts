/** SGR colours of a log line as spans; every other escape sequence is dropped. Never HTML. (ECMA-48, 8.3.117) */
export interface Span {
  text: string;
  /** 0 to 15 of the palette; 256-colour and RGB values are kept as CSS. */
  color?: string;
  bold?: boolean;
  dim?: boolean;
}

/** CSI with its parameters and final letter, OSC up to BEL or ST, two-letter escapes, and every control character but tab and newline. */
const ESCAPE =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences are what this finds
  /\x1b(?:\[([0-9;:]*)([@-~])|\][^\x07\x1b]*(?:\x07|\x1b\\)|[@-Z\\-_])|[\x00-\x08\x0b-\x1f\x7f]/g;

/** Styles last to the end of the line only: lines are shown out of order. */
export function parseAnsi(line: string): Span[] {
  const spans: Span[] = [];
  let style: Omit<Span, 'text'> = {};
  let at = 0;
  const push = (text: string) => {
    if (text) spans.push({ text, ...style });
  };
  for (const match of line.matchAll(ESCAPE)) {
    push(line.slice(at, match.index));
    at = match.index + match[0].length;
    if (match[2] === 'm') style = applySgr(style, (match[1] ?? '').split(/[;:]/).map(Number));
  }
  push(line.slice(at));
  return spans;
}

function applySgr(style: Omit<Span, 'text'>, codes: readonly number[]): Omit<Span, 'text'> {
  let next = { ...style };
  for (let index = 0; index < codes.length; index++) {
    const code = codes[index] as number;
    if (code === 0) next = {};
    else if (code === 1) next.bold = true;
    else if (code === 2) next.dim = true;
    else if (code === 22) next = { ...next, bold: false, dim: false };
    else if (code >= 30 && code <= 37) next.color = palette(code - 30);
    else if (code >= 90 && code <= 97) next.color = palette(code - 82);
    else if (code === 39) delete next.color;
    else if (code === 38 && codes[index + 1] === 5) {
      next.color = indexed(codes[index + 2] ?? 0);
      index += 2;
    } else if (code === 38 && codes[index + 1] === 2) {
      next.color = `rgb(${codes
        .slice(index + 2, index + 5)
        .map((value) => value & 255)
        .join(' ')})`;
      index += 4;
    }
  }
  return next;
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
