import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { AttachHandle, EngineFace, TerminalSession } from '@boxyard/engine';
import type { Logger } from 'pino';
import type { FromWorker, ToWorker } from './messages.ts';
import type { Snapshot } from './screen.ts';

/** Half the shim's ring: with a save each 64 KiB the saved offset is always still in it. */
const WINDOW_BYTES = 128 * 1024;
/** A client does not wait longer for a screen; it then gets the plain output. */
const SNAPSHOT_TIMEOUT_MS = 2_000;
/** A program is asked to redraw when nothing was lost for this long, else every loss of a fast printer would ask anew. */
const REDRAW_QUIET_MS = 500;
/** Programs compare sizes when SIGWINCH arrives: they must have seen the other one. */
const JIGGLE_MS = 100;
const SAVE_TIMEOUT_MS = 2_000;
/** The Worker outlives its last terminal by this long: people open another. */
const IDLE_MS = 30_000;

export interface Size {
  rows: number;
  columns: number;
}

/** One viewer of a terminal that several may look at. */
export interface SizeHold {
  /** What the terminal has now; undefined when none is known. */
  readonly size: Size | undefined;
  /** It was the last to come, resize or type. */
  readonly leads: boolean;
  /** Takes the lead: the terminal has this viewer's size from now on, and all others are told. */
  lead(size: Size): void;
  end(): void;
}
type Told = (size: Size) => void;

interface Entry {
  session: TerminalSession;
  rows: number;
  columns: number;
  handle: AttachHandle | null;
  /** The emulator is fed: snapshots can be asked for. */
  live: boolean;
  /** Settles when it is known whether the emulator is fed. */
  ready: Promise<void>;
  isReady: () => void;
  redraw: NodeJS.Timeout | undefined;
}

/**
 * The screen memory of every terminal session: one headless terminal each, in one Worker, fed as one more viewer with credit, and
 * saved so that the next agent goes on with it.
 */
export class Screens {
  #engine: EngineFace;
  #logger: Logger;
  #worker: Worker | null = null;
  #entries = new Map<string, Entry>();
  /** Who looks, and who of them leads, by terminal. */
  #followers = new Map<string, { viewers: Set<Told>; leader: Told | null }>();
  #requests = new Map<number, (snapshot: Snapshot | null) => void>();
  #nextRequest = 1;
  #onSaved = () => {};
  #unsubscribe: () => void = () => {};
  #closed = false;
  #idle: NodeJS.Timeout | undefined;

  constructor(engine: EngineFace, logger: Logger) {
    this.#engine = engine;
    this.#logger = logger;
  }

  /** Follows the engine's terminals, also those that run already. */
  watch(): void {
    this.#unsubscribe = this.#engine.onTerminal({
      started: (session) => this.#started(session),
      ended: (container, session) => this.#ended(keyOf(container, session)),
    });
  }

  /** Whether this session is a terminal with a screen to ask for; waits for one that just started. */
  async has(container: string, session: string): Promise<boolean> {
    const entry = this.#entries.get(keyOf(container, session));
    await entry?.ready;
    return entry?.live ?? false;
  }

  /** The screen at an output offset of at least `atLeast`; null when there is no such terminal or it does not get there in time. */
  async snapshot(container: string, session: string, atLeast: number): Promise<Snapshot | null> {
    const key = keyOf(container, session);
    if (!(await this.has(container, session))) return null;
    const request = this.#nextRequest++;
    return new Promise((resolve) => {
      const settle = (snapshot: Snapshot | null) => {
        clearTimeout(timer);
        this.#requests.delete(request);
        resolve(snapshot);
      };
      const timer = setTimeout(settle, SNAPSHOT_TIMEOUT_MS, null);
      this.#requests.set(request, settle);
      this.#post({ type: 'snapshot', key, request, atLeast });
    });
  }

  /** Calls `told` when another viewer takes the lead or gives the terminal another size. */
  follow(container: string, session: string, told: Told): SizeHold {
    const key = keyOf(container, session);
    const followers = this.#followers.get(key) ?? { viewers: new Set(), leader: null };
    this.#followers.set(key, followers);
    followers.viewers.add(told);
    const sizeNow = () => {
      const entry = this.#entries.get(key);
      return entry && { rows: entry.rows, columns: entry.columns };
    };
    return {
      get size() {
        return sizeNow();
      },
      get leads() {
        return followers.leader === told;
      },
      lead: (size) => {
        const before = sizeNow();
        this.#resize(key, size);
        const same = before?.rows === size.rows && before.columns === size.columns;
        if (same && followers.leader === told) return;
        followers.leader = told;
        for (const viewer of followers.viewers) if (viewer !== told) viewer(size);
      },
      end: () => {
        followers.viewers.delete(told);
        if (followers.leader === told) followers.leader = null;
        if (followers.viewers.size === 0 && this.#followers.get(key) === followers)
          this.#followers.delete(key);
      },
    };
  }

  #resize(key: string, { rows, columns }: Size): void {
    const entry = this.#entries.get(key);
    if (!entry) return;
    Object.assign(entry, { rows, columns });
    this.#post({ type: 'resize', key, rows, columns });
  }

  /** Saves all screens and ends the Worker. The sessions go on. */
  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#idle);
    this.#unsubscribe();
    for (const entry of this.#entries.values()) this.#drop(entry);
    const worker = this.#worker;
    if (!worker) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, SAVE_TIMEOUT_MS);
      this.#onSaved = () => {
        clearTimeout(timer);
        resolve();
      };
      this.#post({ type: 'save' });
    });
    this.#worker = null;
    await worker.terminate();
  }

  #started(session: TerminalSession): void {
    const key = keyOf(session.container, session.session);
    const { promise: ready, resolve: isReady } = Promise.withResolvers<void>();
    const { rows, columns } = session;
    this.#entries.set(key, {
      session,
      rows,
      columns,
      handle: null,
      live: false,
      ready,
      isReady,
      redraw: undefined,
    });
    this.#post({
      type: 'start',
      key,
      file: join(session.runDirectory, 'terminals', `${session.session || 'init'}.json`),
      rows,
      columns,
      notBefore: session.offset ?? 0,
    });
  }

  #ended(key: string): void {
    const entry = this.#entries.get(key);
    if (!entry) return;
    this.#entries.delete(key);
    this.#drop(entry);
    this.#post({ type: 'stop', key });
    clearTimeout(this.#idle);
    this.#idle = setTimeout(() => this.#endIdleWorker(), IDLE_MS);
    this.#idle.unref();
  }

  /** Without terminals its memory goes back to the system. */
  #endIdleWorker(): void {
    if (this.#entries.size > 0) return;
    void this.#worker?.terminate();
    this.#worker = null;
  }

  /** The emulator stands at `restored` (or is empty): feed it from there. */
  async #feed(key: string, restored: number | null): Promise<void> {
    const entry = this.#entries.get(key);
    if (!entry) return;
    const { container, session, offset: runBegan } = entry.session;
    const from = restored ?? runBegan ?? (session === '' ? 'live' : 'start');
    const gone = (error: unknown) => {
      if (this.#entries.get(key) !== entry || this.#closed) return;
      entry.live = false;
      this.#logger.debug({ container, session, error }, 'screen memory of a terminal ended');
    };
    // Data may come before the answer, which says whether something is missing before it.
    let early: (() => void)[] | null = [];
    try {
      const handle = await this.#engine.attach(
        {
          container,
          session: session || undefined,
          clientId: SCREEN_CLIENT,
          offset: from,
          input: false,
          lossless: false,
          uncounted: true,
          credit: WINDOW_BYTES,
        },
        {
          data: (_stream, offset, bytes) => {
            const copy = new Uint8Array(bytes);
            const post = () => this.#post({ type: 'data', key, offset, bytes: copy }, [copy.buffer]);
            if (early) early.push(post);
            else post();
          },
          ack: () => {},
          skipped: (_from, to) => this.#redraw(key, entry, to),
          exit: () => {},
          error: gone,
        },
      );
      if (this.#entries.get(key) !== entry || this.#closed) return handle.close();
      entry.handle = handle;
      entry.live = true;
      const { offset, rows, columns } = handle.opened;
      if (rows !== entry.rows || columns !== entry.columns) this.#resize(key, { rows, columns });
      if (typeof from === 'number' && offset > from) this.#redraw(key, entry, offset);
      for (const post of early) post();
      early = null;
    } catch (error) {
      gone(error);
    } finally {
      entry.isReady();
    }
  }

  #drop(entry: Entry): void {
    entry.live = false;
    clearTimeout(entry.redraw);
    entry.handle?.close();
    entry.isReady();
  }

  /** What led to the screen is lost: start empty and make the program draw it again. */
  #redraw(key: string, entry: Entry, offset: number): void {
    this.#post({ type: 'reset', key, offset });
    clearTimeout(entry.redraw);
    entry.redraw = setTimeout(() => {
      const { rows, columns } = entry;
      entry.handle?.resize({ rows, columns: columns > 1 ? columns - 1 : columns + 1 });
      entry.redraw = setTimeout(
        () => entry.handle?.resize({ rows: entry.rows, columns: entry.columns }),
        JIGGLE_MS,
      );
    }, REDRAW_QUIET_MS);
  }

  #post(message: ToWorker, transfer: ArrayBuffer[] = []): void {
    // The first terminal starts the Worker: an agent without terminals does without its 10 MB.
    if (!this.#worker && !this.#closed) this.#worker = this.#startWorker();
    this.#worker?.postMessage(message, transfer);
  }

  #startWorker(): Worker {
    const worker = new Worker(new URL('./screen-worker.ts', import.meta.url), {
      name: 'screens',
      resourceLimits: { maxOldGenerationSizeMb: 256 },
    });
    worker.on('message', (message: FromWorker) => this.#message(message));
    worker.on('error', (error) => {
      this.#logger.error(
        { err: error },
        'the terminal emulator failed; terminals go on, their screens start anew',
      );
      this.#restart();
    });
    worker.unref();
    return worker;
  }

  #message(message: FromWorker): void {
    switch (message.type) {
      case 'started':
        void this.#feed(message.key, message.offset);
        break;
      case 'took':
        this.#entries.get(message.key)?.handle?.credit(message.bytes);
        break;
      case 'snapshot':
        this.#requests.get(message.request)?.(message.snapshot);
        break;
      case 'saved':
        this.#onSaved();
        break;
    }
  }

  #restart(): void {
    this.#worker = null;
    for (const settle of [...this.#requests.values()]) settle(null);
    this.#onSaved();
    const entries = [...this.#entries.values()];
    this.#entries.clear();
    for (const entry of entries) {
      this.#drop(entry);
      if (!this.#closed) this.#started({ ...entry.session, rows: entry.rows, columns: entry.columns });
    }
  }
}

/** Names the input of the screen memory, of which there is none. */
const SCREEN_CLIENT = '0000000000000001';

function keyOf(container: string, session: string): string {
  return `${container}/${session}`;
}
