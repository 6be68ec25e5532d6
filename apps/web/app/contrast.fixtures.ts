/** Reads the colours of globals.css and computes what WCAG 2.2 calls contrast ratio. */
export type Theme = 'light' | 'dark';
type Oklch = readonly [lightness: number, chroma: number, hue: number];
export type Tokens = ReadonlyMap<string, Record<Theme, Oklch>>;

const NUMBER = String.raw`([\d.]+)`;
const COLOUR = String.raw`oklch\(${NUMBER} ${NUMBER} ${NUMBER}\)`;
const TOKEN = new RegExp(String.raw`--(?:color-)?([\w-]+): light-dark\(${COLOUR}, ${COLOUR}\)`, 'g');

/** Opaque tokens `--color-name: light-dark(oklch(…), oklch(…))` by name; translucent ones have no contrast of their own. */
export function parseTokens(css: string): Tokens {
  return new Map(
    Array.from(css.matchAll(TOKEN), ([, name = '', ...parts]) => {
      const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0] = parts.map(Number);
      return [name, { light: [a, b, c], dark: [d, e, f] }];
    }),
  );
}

/** From 1 (the same) to 21 (black on white). Throws for a name that is no token. */
export function contrast(tokens: Tokens, theme: Theme, names: readonly [string, string]): number {
  const [lower = 0, higher = 0] = names
    .map((name) => {
      const token = tokens.get(name);
      if (!token) throw new Error(`globals.css has no colour ${name}`);
      return luminance(token[theme]);
    })
    .sort((a, b) => a - b);
  return (higher + 0.05) / (lower + 0.05);
}

/** Relative luminance of what a screen shows: linear sRGB, cut off at its gamut. Matrices: CSS Color 4, sample code. */
function luminance([lightness, chroma, hue]: Oklch): number {
  const a = chroma * Math.cos((hue * Math.PI) / 180);
  const b = chroma * Math.sin((hue * Math.PI) / 180);
  const long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const medium = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const short = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3;
  const inGamut = (value: number) => Math.min(1, Math.max(0, value));
  const red = inGamut(4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short);
  const green = inGamut(-1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short);
  const blue = inGamut(-0.0041960863 * long - 0.7034186147 * medium + 1.707614701 * short);
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
