import type { AttachChannel } from '@boxyard/api/client';
import { type BoxError, isTerminalReport } from '@boxyard/spec';
import { FitAddon } from '@xterm/addon-fit';
import { type ISearchOptions, SearchAddon } from '@xterm/addon-search';
import { UnicodeGraphemesAddon } from '@xterm/addon-unicode-graphemes';
import { WebLinksAddon } from '@xterm/addon-web-links';
import { Terminal } from '@xterm/xterm';
import '@xterm/xterm/css/xterm.css';
import { copyText } from '../clipboard';
import { frames } from '../connection';
import { watchTheme } from '../theme';
import { chordOf, LEAVE_KEYS, type ScreenKey, type TerminalChord, withCtrl } from './keys';
import { cleanPaste, runsAtOnce } from './paste';
import { Renderer } from './renderer';
import { terminalSettings, watchTerminalSettings, zoomTerminals } from './settings';
import { terminalTheme } from './theme';

/** What a session says about itself at any time: never a silent frozen screen. */
export type TerminalState =
  | { status: 'opening' }
  | { status: 'live' }
  /** `signal`: number, 0 when the program exited by itself. */
  | { status: 'ended'; code: number; signal: number; lost: boolean }
  | { status: 'failed'; error: BoxError };

export interface TerminalTarget {
  container: string;
  /** Exec session; '' for the box's own terminal. */
  session: string;
}

export interface TerminalSize {
  rows: number;
  columns: number;
}

/** What a terminal tells its surroundings. */
export interface TerminalListener {
  state(state: TerminalState): void;
  /** Shown at a size that another viewer gave it; null: at this window's own. */
  foreignSize(size: TerminalSize | null): void;
  bell(): void;
  /** Several lines are to be pasted into a shell that runs each at once. */
  confirmPaste(text: string): void;
  /** A link whose text may say anything: where it leads. */
  link(target: string): void;
  find(): void;
  /** The keyboard wants out. */
  leave(): void;
  /** Which of how many matches is shown; -1: none of them. */
  matches(index: number, count: number): void;
  /** The sticky Ctrl was used up. */
  ctrlUsed(): void;
}

/** Rejects never: a font that cannot be loaded leaves its fallback. */
export async function openTerminal(
  element: HTMLElement,
  target: TerminalTarget,
  listener: TerminalListener,
): Promise<TerminalView> {
  // The size of a cell is measured once: with the fallback's letters it would be wrong for ever.
  const { fontFamily } = getComputedStyle(element);
  await document.fonts.load(`${terminalSettings().fontSize}px ${fontFamily}`).catch(() => []);
  return new TerminalView(element, target, listener);
}

/** Lines above the screen that can be scrolled to and searched. */
const SCROLLBACK_LINES = 5_000;
const SCROLLBAR_PX = 10;
/** WCAG's for text; a program's colours are bent where they would be less. */
const CONTRAST = 4.5;
/** The match that is shown is also selected, and the selection is drawn above it. */
const FOUND = '#d98e04';
/** Amber on either theme; addon-search wants #rrggbb. */
const MATCHES: ISearchOptions['decorations'] = {
  matchBackground: '#8a6a1f',
  matchOverviewRuler: '#8a6a1f',
  activeMatchBackground: FOUND,
  activeMatchColorOverviewRuler: FOUND,
};

/** One xterm on one session; the screen as it is, then every byte. Call `dispose` when its element goes. */
export class TerminalView {
  readonly #element: HTMLElement;
  readonly #listener: TerminalListener;
  readonly #terminal: Terminal;
  readonly #fit = new FitAddon();
  readonly #search = new SearchAddon();
  readonly #renderer: Renderer;
  readonly #channel: AttachChannel;
  readonly #encoder = new TextEncoder();
  readonly #ends: (() => void)[] = [];
  /** What this window has room for; null while it is hidden. */
  #own: TerminalSize | null = null;
  #ctrl = false;
  /** This viewer was the last to come, resize or type. */
  #leads = true;

  constructor(element: HTMLElement, { container, session }: TerminalTarget, listener: TerminalListener) {
    this.#element = element;
    this.#listener = listener;
    const { fontSize, screenReader } = terminalSettings();
    this.#terminal = new Terminal({
      allowProposedApi: true,
      cursorBlink: true,
      fontFamily: getComputedStyle(element).fontFamily,
      fontSize,
      screenReaderMode: screenReader,
      minimumContrastRatio: CONTRAST,
      scrollback: SCROLLBACK_LINES,
      overviewRuler: { width: SCROLLBAR_PX },
      theme: terminalTheme(element),
      linkHandler: { activate: (_event, target) => listener.link(target) },
    });
    this.#terminal.loadAddon(this.#fit);
    this.#terminal.loadAddon(this.#search);
    this.#terminal.loadAddon(new UnicodeGraphemesAddon());
    this.#terminal.loadAddon(new WebLinksAddon((_event, target) => followLink(target)));
    this.#terminal.open(element);
    this.#terminal.textarea?.setAttribute('aria-description', `${LEAVE_KEYS} leaves the terminal`);
    this.#renderer = new Renderer(this.#terminal, element, () => this.#fitWindow());
    this.#own = this.#room();
    if (this.#own) this.#terminal.resize(this.#own.columns, this.#own.rows);
    listener.state({ status: 'opening' });
    this.#channel = frames().attach(
      { container, ...(session ? { session } : {}), offset: 'screen', input: true, ...this.#own },
      {
        opened: () => {
          listener.state({ status: 'live' });
          this.#leads = this.#own !== null;
          if (this.#own) this.#show(this.#own);
        },
        taken: (size) => {
          this.#leads = false;
          this.#terminal.write('', () => !this.#leads && this.#show(size));
        },
        snapshot: (bytes, size) => {
          this.#terminal.reset();
          this.#show(size);
          // A size of ours that is on its way to the session comes after this screen.
          return this.#written(bytes).then(() => {
            if (this.#leads && this.#own) this.#show(this.#own);
          });
        },
        data: (_stream, bytes) => this.#written(bytes),
        exit: ({ code, signal, lost }) => {
          this.#over();
          listener.state({
            status: 'ended',
            code: signal ? 128 + signal : code,
            signal,
            lost: lost ?? false,
          });
        },
        error: (error) => {
          this.#over();
          listener.state({ status: 'failed', error });
        },
      },
    );
    this.#listen();
    this.#terminal.focus();
  }

  #listen(): void {
    const terminal = this.#terminal;
    terminal.onData((text) => this.#said(text));
    terminal.onBinary((text) => this.#typed(Uint8Array.from(text, (letter) => letter.charCodeAt(0))));
    terminal.onBell(() => this.#listener.bell());
    terminal.attachCustomKeyEventHandler((event) => this.#key(event));
    this.#search.onDidChangeResults(({ resultIndex, resultCount }) =>
      this.#listener.matches(resultIndex, resultCount),
    );
    const observer = new ResizeObserver(() => this.#fitWindow());
    observer.observe(this.#element);
    const paste = (event: ClipboardEvent) => {
      event.preventDefault();
      event.stopPropagation();
      this.paste(event.clipboardData?.getData('text/plain') ?? '');
    };
    this.#element.addEventListener('paste', paste, { capture: true });
    this.#ends.push(
      () => observer.disconnect(),
      () => this.#element.removeEventListener('paste', paste, { capture: true }),
      watchTheme(() => {
        terminal.options.theme = terminalTheme(this.#element);
      }),
      watchTerminalSettings(() => {
        const { fontSize, screenReader } = terminalSettings();
        terminal.options.fontSize = fontSize;
        terminal.options.screenReaderMode = screenReader;
        this.#fitWindow();
      }),
    );
  }

  /** The credit for these bytes is granted when the emulator took them: a flood never piles up here. */
  #written(bytes: Uint8Array): Promise<void> {
    return new Promise((resolve) => this.#terminal.write(bytes, resolve));
  }

  /** Keys, pastes, and what the emulator answers to a program: that is for one viewer to do, the one that leads. */
  #said(text: string): void {
    const bytes = this.#encoder.encode(this.#ctrl ? this.#controlled(text) : text);
    if (!isTerminalReport(bytes)) this.#typed(bytes);
    else if (this.#leads) this.#channel.input(bytes);
  }

  #typed(bytes: Uint8Array): void {
    this.takeSize();
    this.#channel.input(bytes);
  }

  #over(): void {
    this.#terminal.options.disableStdin = true;
    this.#terminal.options.cursorBlink = false;
  }

  /** The window has another size, or the letters have. */
  #fitWindow(): void {
    const room = this.#room();
    if (!room || (room.rows === this.#own?.rows && room.columns === this.#own.columns)) return;
    this.#own = room;
    this.#leads = true;
    this.#show(room);
    this.#channel.resize(room.rows, room.columns);
  }

  #room(): TerminalSize | null {
    if (this.#element.clientWidth === 0 || this.#element.clientHeight === 0) return null;
    const size = this.#fit.proposeDimensions();
    return size ? { rows: size.rows, columns: size.cols } : null;
  }

  #show(size: TerminalSize): void {
    this.#terminal.resize(size.columns, size.rows);
    const own = !this.#own || (size.rows === this.#own.rows && size.columns === this.#own.columns);
    this.#listener.foreignSize(own ? null : size);
  }

  /** Gives the session this window's size, where another viewer gave it another. */
  takeSize(): void {
    if (!this.#own) return;
    const { rows, columns } = this.#own;
    this.#leads = true;
    if (this.#terminal.rows === rows && this.#terminal.cols === columns) return;
    this.#show(this.#own);
    this.#channel.resize(rows, columns);
  }

  /** False keeps the key from the program. */
  #key(event: KeyboardEvent): boolean {
    const chord = chordOf(event);
    if (!chord) return true;
    // The browser's own paste brings the clipboard without asking the person for a permission.
    if (chord !== 'paste') event.preventDefault();
    if (event.type === 'keydown') this.#obey(chord);
    return false;
  }

  #obey(chord: TerminalChord): void {
    if (chord === 'copy') void this.copy();
    else if (chord === 'find') this.#listener.find();
    else if (chord === 'leave') this.#listener.leave();
    else if (chord !== 'paste') zoomTerminals(chord === 'usual' ? 0 : chord === 'larger' ? 1 : -1);
  }

  get hasSelection(): boolean {
    return this.#terminal.hasSelection();
  }

  /** Puts the selection on the clipboard; false when there is none or the browser refuses. */
  async copy(): Promise<boolean> {
    const copied = this.#terminal.hasSelection() && (await copyText(this.#terminal.getSelection()));
    this.focus();
    return copied;
  }

  selectAll(): void {
    this.#terminal.selectAll();
    this.focus();
  }

  /** Pastes, or asks first. */
  paste(text: string): void {
    const clean = cleanPaste(text);
    if (runsAtOnce(clean, this.#terminal.modes.bracketedPasteMode)) this.#listener.confirmPaste(clean);
    else this.pasteNow(clean);
  }

  /** The person was asked. `text` is clean. */
  pasteNow(text: string): void {
    this.#terminal.paste(text);
    this.focus();
  }

  /** A key of the bar on the screen. */
  press(key: ScreenKey): void {
    if ('code' in key) this.#terminal.input(key.code);
    else
      this.#terminal.input(`\x1b${this.#terminal.modes.applicationCursorKeysMode ? 'O' : '['}${key.arrow}`);
  }

  /** Ctrl that stays for the next letter. */
  set ctrl(held: boolean) {
    this.#ctrl = held;
  }

  #controlled(text: string): string {
    this.#ctrl = false;
    this.#listener.ctrlUsed();
    return withCtrl(text);
  }

  /** Shows the next match after (1) or before (-1) the one shown; `typing`: the one shown stays while it still matches. */
  find(text: string, direction: 1 | -1, typing = false): void {
    const options = { decorations: MATCHES, incremental: typing };
    this.#terminal.options.theme = { ...terminalTheme(this.#element), selectionInactiveBackground: FOUND };
    if (text === '') this.stopFinding();
    else if (direction === 1) this.#search.findNext(text, options);
    else this.#search.findPrevious(text, options);
  }

  stopFinding(): void {
    this.#terminal.options.theme = terminalTheme(this.#element);
    this.#search.clearDecorations();
    this.#terminal.clearSelection();
    this.#listener.matches(-1, 0);
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
    for (const end of this.#ends) end();
    this.#channel.close();
    this.#renderer.dispose();
    this.#terminal.dispose();
  }
}

/** Opens what a link leads to; that page learns nothing of ours. */
export function followLink(target: string): void {
  window.open(target, '_blank', 'noopener,noreferrer');
}
