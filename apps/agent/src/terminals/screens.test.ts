import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TerminalSession } from '@boxyard/engine';
import pino from 'pino';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FakeEngine } from '../testing/fake-engine.ts';
import { Screens } from './screens.ts';

const logger = pino({ level: 'silent' });
let directory: string;
let engine: FakeEngine;
let open: Screens[];
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'bxs-'));
  engine = new FakeEngine();
  open = [];
});
afterEach(async () => {
  for (const screens of open) await screens.close();
  rmSync(directory, { recursive: true });
});

const terminal = (more: Partial<TerminalSession> = {}): TerminalSession => ({
  container: 'web',
  session: '',
  rows: 24,
  columns: 80,
  runDirectory: directory,
  offset: 0,
  ...more,
});
function newScreens(session = terminal()): Screens {
  const screens = new Screens(engine, logger);
  open.push(screens);
  screens.watch();
  engine.startTerminal(session);
  return screens;
}
const textAt = async (screens: Screens, offset: number) =>
  Buffer.from((await screens.snapshot('web', '', offset))?.bytes ?? []).toString();

describe('the screen memory', () => {
  it('shows what a terminal printed, in the size that somebody gave it', async () => {
    const session = engine.session('web', { tty: true });
    session.print('hello');
    const screens = newScreens();
    expect(await screens.has('web', '')).toBe(true);
    session.print(' world');
    screens.follow('web', '', () => {}).lead({ rows: 10, columns: 40 });
    expect(await screens.snapshot('web', '', 11)).toMatchObject({ offset: 11, rows: 10, columns: 40 });
    expect(await textAt(screens, 11)).toBe('hello world');
  });

  it('knows nothing of what is no terminal', async () => {
    const screens = newScreens();
    expect(await screens.has('other', '')).toBe(false);
    expect(await screens.snapshot('other', '', 0)).toBe(null);
  });

  it('survives the agent: saved when it stops, restored and brought up to date by the next', async () => {
    const session = engine.session('web', { tty: true });
    const first = newScreens();
    await first.has('web', '');
    session.print('\x1b[?1049h\x1b[31mbefore');
    await first.snapshot('web', '', session.output.length);
    await first.close();
    session.oldest = session.output.length;
    session.print(', meanwhile');
    const second = newScreens();
    await second.has('web', '');
    const text = await textAt(second, session.output.length);
    expect(text).toContain('\x1b[?1049h');
    expect(text).toContain('before, meanwhile');
  });

  it('is saved while output goes on: what a killed agent saved is never older than the ring', async () => {
    const session = engine.session('web', { tty: true });
    const screens = newScreens();
    await screens.has('web', '');
    const RING = 256 * 1024;
    const lines = 'line of a program that never stops\r\n'.repeat(200);
    for (let round = 0; round < 300; round++) session.print(lines);
    // More than one window has passed, so the last one was only granted after a save.
    expect((await screens.snapshot('web', '', session.output.length))?.offset).toBe(session.output.length);
    const saved = JSON.parse(readFileSync(join(directory, 'terminals', 'init.json'), 'utf8'));
    expect(saved.offset).toBeGreaterThan(session.output.length - RING);
  });

  it('is saved when output pauses', async () => {
    const session = engine.session('web', { tty: true });
    const screens = newScreens();
    await screens.has('web', '');
    session.print('$ ');
    await screens.snapshot('web', '', 2);
    await untilFile(join(directory, 'terminals', 'init.json'));
  });

  it('does not bring back the directory of a container that was removed', async () => {
    const session = engine.session('web', { tty: true });
    const runDirectory = join(directory, 'removed');
    const screens = newScreens(terminal({ runDirectory }));
    session.print('x'.repeat(70_000));
    await screens.snapshot('web', '', 70_000);
    await screens.close();
    expect(existsSync(runDirectory)).toBe(false);
  });

  it('does not restore the screen of an earlier run', async () => {
    const session = engine.session('web', { tty: true });
    session.print('first run');
    const first = newScreens();
    await textAt(first, 9);
    await first.close();
    session.print('second');
    const second = newScreens(terminal({ offset: 9 + 6 }));
    await second.has('web', '');
    session.print('third');
    expect(await textAt(second, 20)).toBe('third');
  });

  it('asks the program to draw again when what led to the screen is lost', async () => {
    const session = engine.session('web', { tty: true });
    const first = newScreens();
    session.print('old');
    await textAt(first, 3);
    await first.close();
    session.print('x'.repeat(1_000));
    session.oldest = 900;
    const second = newScreens();
    expect(await textAt(second, 1_003)).toBe('x'.repeat(103));
    await until(() => session.sizes.length === 2);
    expect(session.sizes).toEqual(['79x24', '80x24']);
  });

  it('forgets a session that ended', async () => {
    const session = engine.session('web', { tty: true });
    const screens = newScreens(terminal({ session: 'abc' }));
    await screens.has('web', 'abc');
    session.print('x');
    await screens.snapshot('web', 'abc', 1);
    const file = join(directory, 'terminals', 'abc.json');
    await untilFile(file);
    engine.terminals?.ended('web', 'abc');
    await until(() => !existsSync(file));
    expect(await screens.has('web', 'abc')).toBe(false);
    expect(session.viewers).toBe(0);
  });
});

const until = (condition: () => boolean) =>
  new Promise<void>((resolve) => {
    const look = setInterval(() => {
      if (!condition()) return;
      clearInterval(look);
      resolve();
    }, 5);
  });
const untilFile = (path: string) => until(() => existsSync(path));
