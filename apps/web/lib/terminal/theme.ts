import type { ITheme } from '@xterm/xterm';

/** xterm takes no CSS variables: the tokens are read from the element. */
export function terminalTheme(element: HTMLElement): ITheme {
  const { backgroundColor, color } = getComputedStyle(element);
  const theme: ITheme = {
    background: backgroundColor,
    foreground: color,
    cursor: color,
    cursorAccent: backgroundColor,
    overviewRulerBorder: backgroundColor,
    selectionBackground: 'rgb(90 130 220 / 0.4)',
  };
  const swatch = element.ownerDocument.createElement('span');
  element.append(swatch);
  for (const [index, name] of ANSI_NAMES.entries()) {
    swatch.style.color = `var(--ansi-${index})`;
    theme[name] = getComputedStyle(swatch).color;
  }
  swatch.remove();
  return theme;
}

const ANSI_NAMES = [
  'black',
  'red',
  'green',
  'yellow',
  'blue',
  'magenta',
  'cyan',
  'white',
  'brightBlack',
  'brightRed',
  'brightGreen',
  'brightYellow',
  'brightBlue',
  'brightMagenta',
  'brightCyan',
  'brightWhite',
] as const satisfies readonly (keyof ITheme)[];
