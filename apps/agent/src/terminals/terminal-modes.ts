import type { Terminal } from '@xterm/headless';

/** DEC private modes that addon-serialize leaves out: cursor blink and visibility, mouse encodings. Value: as after a reset. */
const DEC_MODES = new Map([
  [12, false],
  [25, true],
  [1005, false],
  [1006, false],
  [1015, false],
  [1016, false],
]);

/**
 * What addon-serialize does not write down of a terminal's state: cursor visibility and shape, mouse encoding, scroll region, the G0
 * character set, the title. Noted from the sequences as they pass (public parser hooks).
 */
export class TerminalModes {
  #terminal: Terminal;
  #modes = new Map(DEC_MODES);
  #region: { top: number; bottom: number } | null = null;
  #cursorStyle = 0;
  #characterSet = 'B';
  #title = '';

  constructor(terminal: Terminal) {
    this.#terminal = terminal;
    const { parser } = terminal;
    const set = (on: boolean) => (params: (number | number[])[]) => {
      for (const mode of params)
        if (typeof mode === 'number' && this.#modes.has(mode)) this.#modes.set(mode, on);
      return false;
    };
    parser.registerCsiHandler({ prefix: '?', final: 'h' }, set(true));
    parser.registerCsiHandler({ prefix: '?', final: 'l' }, set(false));
    parser.registerCsiHandler({ final: 'r' }, (params) => {
      const top = Number(params[0]) || 1;
      const bottom = Math.min(Number(params[1]) || terminal.rows, terminal.rows);
      if (top < bottom) this.#region = top === 1 && bottom === terminal.rows ? null : { top, bottom };
      return false;
    });
    parser.registerCsiHandler({ intermediates: ' ', final: 'q' }, (params) => {
      this.#cursorStyle = Number(params[0]) || 0;
      return false;
    });
    // Designations of G0 that programs use: ASCII and line drawing.
    for (const final of ['0', 'A', 'B']) {
      parser.registerEscHandler({ intermediates: '(', final }, () => {
        this.#characterSet = final;
        return false;
      });
    }
    const reset = () => {
      this.#reset();
      return false;
    };
    parser.registerEscHandler({ final: 'c' }, reset);
    parser.registerCsiHandler({ intermediates: '!', final: 'p' }, reset);
    terminal.onTitleChange((title) => {
      this.#title = title;
    });
    // A new size makes the whole screen the region again (xterm.js, Buffer.resize).
    terminal.onResize(() => {
      this.#region = null;
    });
  }

  /** Sequences to write after what addon-serialize made. */
  serialize(): string {
    let text = '';
    for (const [mode, on] of this.#modes)
      if (on !== DEC_MODES.get(mode)) text += `\x1b[?${mode}${on ? 'h' : 'l'}`;
    if (this.#cursorStyle) text += `\x1b[${this.#cursorStyle} q`;
    if (this.#characterSet !== 'B') text += `\x1b(${this.#characterSet}`;
    if (this.#title) text += `\x1b]2;${this.#title}\x07`;
    if (this.#region) text += this.#regionAndCursor(this.#region);
    // Origin mode was set by addon-serialize and has sent the cursor home.
    else if (this.#terminal.modes.originMode) text += this.#cursor(0);
    return text;
  }

  /** Setting a region moves the cursor, so it is put back; in origin mode rows count from the region's top. */
  #regionAndCursor({ top, bottom }: { top: number; bottom: number }): string {
    return `\x1b[${top};${bottom}r${this.#cursor(this.#terminal.modes.originMode ? top - 1 : 0)}`;
  }

  #cursor(firstRow: number): string {
    const { cursorX, cursorY } = this.#terminal.buffer.active;
    return `\x1b[${cursorY - firstRow + 1};${cursorX + 1}H`;
  }

  #reset(): void {
    this.#modes = new Map(DEC_MODES);
    this.#region = null;
    this.#cursorStyle = 0;
    this.#characterSet = 'B';
  }
}
