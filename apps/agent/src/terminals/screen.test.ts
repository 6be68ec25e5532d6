import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import unicodeGraphemes from '@xterm/addon-unicode-graphemes';
import headless, { type Terminal } from '@xterm/headless';
import { describe, expect, it } from 'vitest';
import { Screen, type Snapshot } from './screen.ts';
import { TerminalModes } from './terminal-modes.ts';

const SIZE = { rows: 24, columns: 80 };
/** Bytes that vim, less and bash wrote to a terminal of 24 rows and 80 columns. */
const recording = (name: string) => readFileSync(join(import.meta.dirname, 'fixtures', `${name}.bin`));

/** A viewer's terminal, as the dashboard has it. */
function newTerminal(): { terminal: Terminal; modes: TerminalModes } {
  const terminal = new headless.Terminal({ rows: SIZE.rows, cols: SIZE.columns, allowProposedApi: true });
  terminal.loadAddon(new unicodeGraphemes.UnicodeGraphemesAddon());
  return { terminal, modes: new TerminalModes(terminal) };
}

const written = (terminal: Terminal, bytes: Uint8Array) =>
  new Promise<void>((resolve) => terminal.write(bytes, resolve));

/** Everything that can be seen: cells with their colours, cursor, modes. */
function look({ terminal, modes }: ReturnType<typeof newTerminal>) {
  const buffer = terminal.buffer.active;
  const rows = [];
  for (let y = buffer.baseY; y < buffer.baseY + terminal.rows; y++) {
    const line = buffer.getLine(y);
    let row = '';
    for (let x = 0; x < terminal.cols; x++) {
      const cell = line?.getCell(x);
      if (!cell) continue;
      const style = `${cell.getFgColor()},${cell.getBgColor()},${cell.isBold()},${cell.isInverse()},${cell.isUnderline()}`;
      row += `${cell.getChars() || ' '}<${style}>`;
    }
    rows.push(row);
  }
  return {
    type: buffer.type,
    cursor: [buffer.cursorX, buffer.cursorY],
    rows,
    modes: { ...terminal.modes },
    more: modes.serialize(),
  };
}

function screenAfter(bytes: Uint8Array, pieces = 1): Promise<{ screen: Screen; snapshot: Snapshot }> {
  const screen = new Screen(SIZE, 0);
  const size = Math.max(Math.ceil(bytes.length / pieces), 1);
  for (let at = 0; at < bytes.length; at += size) screen.write(bytes.subarray(at, at + size), at, () => {});
  return screen.snapshotFrom(bytes.length).then((snapshot) => ({ screen, snapshot }));
}

describe('a snapshot and what follows it', () => {
  for (const [name, step] of [
    ['shell', 3],
    ['vim', 47],
    ['less', 47],
  ] as const) {
    it(`show what the whole output of ${name} shows, wherever it is cut`, async () => {
      const bytes = recording(name);
      for (let cut = 0; cut <= bytes.length; cut += step) {
        const { screen, snapshot } = await screenAfter(bytes.subarray(0, cut), 3);
        expect(snapshot.offset).toBe(cut);
        // Cut in the same place: xterm.js joins clusters differently when a character arrives in two pieces.
        const reference = newTerminal();
        await written(reference.terminal, bytes.subarray(0, cut));
        await written(reference.terminal, bytes.subarray(cut));
        const viewer = newTerminal();
        await written(viewer.terminal, snapshot.bytes);
        await written(viewer.terminal, bytes.subarray(cut));
        expect({ cut, ...look(viewer) }).toEqual({ cut, ...look(reference) });
        viewer.terminal.dispose();
        reference.terminal.dispose();
        screen.dispose();
      }
    });
  }
});

describe('a snapshot', () => {
  it('waits until the offset that was asked for is parsed', async () => {
    const screen = new Screen(SIZE, 100);
    const later = screen.snapshotFrom(105);
    screen.write(Buffer.from('abc'), 100, () => {});
    screen.write(Buffer.from('defg'), 103, () => {});
    expect(await later).toMatchObject({ offset: 107, rows: 24, columns: 80 });
  });

  it('after lost bytes shows only what came since', async () => {
    const screen = new Screen(SIZE, 0);
    screen.write(Buffer.from('old \x1b[31'), 0, () => {});
    screen.reset(1_000);
    screen.write(Buffer.from('new'), 1_000, () => {});
    const { bytes, offset } = await screen.snapshotFrom(1_003);
    expect([Buffer.from(bytes).toString(), offset]).toEqual(['new', 1_003]);
  });

  it('is made of binary rubbish too: no sequence holds it back for ever', async () => {
    const screen = new Screen(SIZE, 0);
    const endless = Buffer.concat([Buffer.from('\x1bP'), Buffer.alloc(200_000, 'x')]);
    let taken = 0;
    screen.write(endless, 0, () => taken++);
    const { offset, bytes } = await screen.snapshotFrom(endless.length);
    expect([taken, offset]).toEqual([1, endless.length]);
    expect(bytes.length).toBeLessThan(65 * 1024);
  });
});
