/** The Worker that emulates terminals: parsing is CPU-bound and must not run on the agent's event loop. */
import { parentPort } from 'node:worker_threads';
import type { FromWorker, ToWorker } from './messages.ts';
import { forgetScreen, restoreScreen, saveScreen } from './saved-screen.ts';
import { Screen } from './screen.ts';

/** The shim's ring holds 256 KiB: a screen saved at least this often can always be brought up to date from it. */
const SAVE_EVERY_BYTES = 64 * 1024;
/** A screen that changed is saved when nothing came for this long, with its whole scrollback. */
const SAVE_QUIET_MS = 500;
/** Lines above the screen that are saved while output is busy: 0.7 ms instead of 8 ms for all 1000. */
const BUSY_SCROLLBACK_LINES = 100;

interface Terminal {
  screen: Screen;
  file: string;
  /** Parsed since the last save. */
  unsaved: number;
  quiet: NodeJS.Timeout | undefined;
}

const port = parentPort;
if (!port) throw new Error('screen-worker is started as a Worker');
const post = (message: FromWorker) => port.postMessage(message);
const terminals = new Map<string, Terminal>();

function save(terminal: Terminal, scrollback?: number): void {
  clearTimeout(terminal.quiet);
  terminal.quiet = undefined;
  terminal.unsaved = 0;
  try {
    saveScreen(terminal.file, terminal.screen.snapshot(scrollback));
  } catch {
    // The run directory is gone (the container was just removed) or full: a later agent asks the program to redraw.
  }
}

function start({ key, file, rows, columns, notBefore }: Extract<ToWorker, { type: 'start' }>): void {
  const found = restoreScreen(file);
  const saved = found && found.offset >= notBefore ? found : null;
  const screen = new Screen(saved ?? { rows, columns }, saved?.offset ?? notBefore);
  if (saved) screen.write(saved.bytes, saved.offset - saved.bytes.length, () => {});
  terminals.set(key, { screen, file, unsaved: 0, quiet: undefined });
  post({ type: 'started', key, offset: saved?.offset ?? null });
}

function data({ key, offset, bytes }: Extract<ToWorker, { type: 'data' }>): void {
  const terminal = terminals.get(key);
  terminal?.screen.write(bytes, offset, () => {
    terminal.unsaved += bytes.length;
    if (terminal.unsaved >= SAVE_EVERY_BYTES) save(terminal, BUSY_SCROLLBACK_LINES);
    clearTimeout(terminal.quiet);
    terminal.quiet = setTimeout(() => save(terminal), SAVE_QUIET_MS);
    // After the save: what is granted next may push what was saved out of the ring.
    post({ type: 'took', key, bytes: bytes.length });
  });
}

async function snapshot({ key, request, atLeast }: Extract<ToWorker, { type: 'snapshot' }>): Promise<void> {
  const terminal = terminals.get(key);
  post({
    type: 'snapshot',
    request,
    snapshot: terminal ? await terminal.screen.snapshotFrom(atLeast) : null,
  });
}

function stop(key: string): void {
  const terminal = terminals.get(key);
  if (!terminal) return;
  clearTimeout(terminal.quiet);
  terminals.delete(key);
  terminal.screen.dispose();
  forgetScreen(terminal.file);
}

port.on('message', (message: ToWorker) => {
  switch (message.type) {
    case 'start':
      start(message);
      break;
    case 'data':
      data(message);
      break;
    case 'reset':
      terminals.get(message.key)?.screen.reset(message.offset);
      break;
    case 'resize':
      terminals.get(message.key)?.screen.resize(message.rows, message.columns);
      break;
    case 'snapshot':
      void snapshot(message);
      break;
    case 'stop':
      stop(message.key);
      break;
    case 'save':
      for (const terminal of terminals.values()) if (terminal.quiet) save(terminal);
      post({ type: 'saved' });
      break;
  }
});
