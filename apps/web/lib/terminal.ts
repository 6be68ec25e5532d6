import type { AttachChannel } from '@boxyard/api/client';
import type { BoxError } from '@boxyard/spec';
import { FitAddon } from '@xterm/addon-fit';
import { UnicodeGraphemesAddon } from '@xterm/addon-unicode-graphemes';
import { WebLinksAddon } from '@xterm/addon-web-links';
import { WebglAddon } from '@xterm/addon-webgl';
import { type ITheme, Terminal } from '@xterm/xterm';
import '@xterm/xterm/css/xterm.css';
import { frames } from './connection';
import { watchTheme } from './theme';

/** What a terminal says about itself at any time: never a silent frozen screen. */
export type TerminalState =
  | { status: 'opening' }
  | { status: 'live' }
  | { status: 'ended'; code: number; lost: boolean }
  | { status: 'failed'; error: BoxError };

export interface TerminalTarget {
  container: string;
  /** Exec session; absent: the box's own terminal. */
  session?: string;
  /** When the box was started: each start is another terminal. */
  run: string;
}

/** Rejects never: a font that cannot be loaded leaves its fallback. */
export async function openTerminal(
  element: HTMLElement,
  target: TerminalTarget,
  onState: (state: TerminalState) => void,
): Promise<TerminalView> {
  // The size of a cell is measured once: with the fallback's letters it would be wrong for ever.
  await document.fonts.load(`${FONT_PX}px ${getComputedStyle(element).fontFamily}`).catch(() => []);
  return new TerminalView(element, target, onState);
}

const FONT_PX = 13;

/** One xterm on one session; the screen as it is, then every byte. Call `dispose` when its element goes. */
class TerminalView {
  readonly #terminal: Terminal;
  readonly #fit = new FitAddon();
  readonly #channel: AttachChannel;
  readonly #observer: ResizeObserver;
  readonly #unwatchTheme: () => void;
  readonly #encoder = new TextEncoder();

  constructor(
    element: HTMLElement,
    { container, session }: TerminalTarget,
    onState: (state: TerminalState) => void,
  ) {
    this.#terminal = new Terminal({
      allowProposedApi: true,
      cursorBlink: true,
      fontFamily: getComputedStyle(element).fontFamily,
      fontSize: FONT_PX,
      scrollback: 5000,
      theme: terminalTheme(element),
    });
    this.#terminal.loadAddon(this.#fit);
    this.#terminal.loadAddon(new UnicodeGraphemesAddon());
    this.#terminal.loadAddon(new WebLinksAddon());
    this.#terminal.open(element);
    this.#loadWebgl();
    this.#fit.fit();
    onState({ status: 'opening' });
    this.#channel = frames().attach(
      {
        container,
        ...(session ? { session } : {}),
        offset: 'screen',
        input: true,
        rows: this.#terminal.rows,
        columns: this.#terminal.cols,
      },
      {
        opened: () => onState({ status: 'live' }),
        snapshot: (bytes, { rows, columns }) => {
          this.#terminal.reset();
          this.#terminal.resize(columns, rows);
          return this.#written(bytes).then(() => this.#fit.fit());
        },
        data: (_stream, bytes) => this.#written(bytes),
        exit: ({ code, signal, lost }) =>
          onState({ status: 'ended', code: signal ? 128 + signal : code, lost: lost ?? false }),
        error: (error) => onState({ status: 'failed', error }),
      },
    );
    this.#terminal.onData((text) => this.#channel.input(this.#encoder.encode(text)));
    this.#terminal.onBinary((text) =>
      this.#channel.input(Uint8Array.from(text, (letter) => letter.charCodeAt(0))),
    );
    this.#terminal.onResize(({ rows, cols }) => this.#channel.resize(rows, cols));
    this.#observer = new ResizeObserver(() => this.#fit.fit());
    this.#observer.observe(element);
    this.#unwatchTheme = watchTheme(() => {
      this.#terminal.options.theme = terminalTheme(element);
    });
    this.#terminal.focus();
  }

  /** The credit for these bytes is granted when the emulator took them: a flood never piles up here. */
  #written(bytes: Uint8Array): Promise<void> {
    return new Promise((resolve) => this.#terminal.write(bytes, resolve));
  }

  /** The DOM renderer stays where there is no WebGL (or the browser takes the context away). */
  #loadWebgl(): void {
    try {
      const webgl = new WebglAddon();
      webgl.onContextLoss(() => webgl.dispose());
      this.#terminal.loadAddon(webgl);
    } catch (error) {
      console.info('terminal without WebGL:', error instanceof Error ? error.message : error);
    }
  }

  /** The text on the screen: what a person sees. */
  get screen(): string {
    const { viewportY } = this.#terminal.buffer.active;
    return this.#text(viewportY, viewportY + this.#terminal.rows);
  }

  /** The screen and all that scrolled off it and is still held. */
  get history(): string {
    return this.#text(0, this.#terminal.buffer.active.length);
  }

  #text(from: number, to: number): string {
    const buffer = this.#terminal.buffer.active;
    return Array.from(
      { length: to - from },
      (_, row) => buffer.getLine(from + row)?.translateToString(true) ?? '',
    )
      .join('\n')
      .trimEnd();
  }

  focus(): void {
    this.#terminal.focus();
  }

  dispose(): void {
    this.#observer.disconnect();
    this.#unwatchTheme();
    this.#channel.close();
    this.#terminal.dispose();
  }
}

/** xterm takes no CSS variables: the tokens are read from the element. */
function terminalTheme(element: HTMLElement): ITheme {
  const { backgroundColor, color } = getComputedStyle(element);
  const theme: ITheme = {
    background: backgroundColor,
    foreground: color,
    cursor: color,
    cursorAccent: backgroundColor,
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
