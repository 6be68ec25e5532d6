/** An engine in memory for tests of framing: sessions are byte arrays, nothing runs. The real one is tested in *.itest.ts. */
import type { AuditService, ContainerView, FeedMessage, FeedWatch, Services, StreamExit } from '@boxyard/api';
import type {
  AttachHandle,
  AttachHandlers,
  AttachRequest,
  EngineFace,
  LogSearchHandlers,
  LogSearchRequest,
  LogsHandle,
  LogsHandlers,
  LogsRequest,
  StatsMessage,
  StatsWatch,
  TerminalSession,
} from '@boxyard/engine';
import { BoxError } from '@boxyard/spec';

interface Viewer {
  at: number;
  credit: number;
  clientId: string;
  handlers: AttachHandlers;
}

/** One process: what it wrote, and what each client typed. */
export class FakeSession {
  readonly tty: boolean;
  output = Buffer.alloc(0);
  /** Output before this offset is gone. */
  oldest = 0;
  input = new Map<string, Buffer>();
  inputEnded = false;
  sizes: string[] = [];
  signals: string[] = [];
  #exit: StreamExit | null = null;
  #viewers = new Set<Viewer>();

  constructor(options: { tty?: boolean } = {}) {
    this.tty = options.tty ?? false;
  }

  get viewers(): number {
    return this.#viewers.size;
  }

  print(text: string | Uint8Array): void {
    this.output = Buffer.concat([this.output, Buffer.from(text as string)]);
    for (const viewer of this.#viewers) this.#feed(viewer);
  }

  /** The ring moved on: viewers that had not come this far lost what lies before. */
  forget(before: number): void {
    this.oldest = before;
    for (const viewer of this.#viewers) {
      if (viewer.at >= before) continue;
      const from = viewer.at;
      viewer.at = before;
      viewer.handlers.skipped(from, before);
      this.#feed(viewer);
    }
  }

  exit(code: number): void {
    this.#exit = { code, signal: 0, oom: false, finishedAt: '2026-11-22T05:53:27Z' };
    for (const viewer of this.#viewers) this.#feed(viewer);
  }

  attach(request: AttachRequest, handlers: AttachHandlers): AttachHandle {
    const wanted =
      request.offset === 'live' ? this.output.length : request.offset === 'start' ? 0 : request.offset;
    const viewer = {
      at: Math.max(wanted, this.oldest),
      credit: request.credit,
      clientId: request.clientId,
      handlers,
    };
    this.#viewers.add(viewer);
    if (request.size) this.sizes.push(`${request.size.columns}x${request.size.rows}`);
    const accepted = () => this.input.get(request.clientId) ?? Buffer.alloc(0);
    queueMicrotask(() => this.#feed(viewer));
    return {
      opened: {
        tty: this.tty,
        rows: 24,
        columns: 80,
        offset: viewer.at,
        inputAccepted: accepted().length,
        running: this.#exit === null,
      },
      credit: (bytes) => {
        viewer.credit += bytes;
        this.#feed(viewer);
      },
      input: (offset, bytes) => {
        const before = accepted();
        const fresh = bytes.subarray(Math.max(before.length - offset, 0));
        this.input.set(request.clientId, Buffer.concat([before, fresh]));
        queueMicrotask(() => this.#viewers.has(viewer) && handlers.ack(accepted().length));
        return true;
      },
      closeInput: (offset) => {
        this.inputEnded = offset === accepted().length;
      },
      resize: ({ rows, columns }) => this.sizes.push(`${columns}x${rows}`),
      signal: (signal) => this.signals.push(signal),
      close: () => this.#viewers.delete(viewer),
    };
  }

  #feed(viewer: Viewer): void {
    while (this.#viewers.has(viewer) && viewer.credit > 0 && viewer.at < this.output.length) {
      const bytes = this.output.subarray(viewer.at, viewer.at + Math.min(viewer.credit, 64 * 1024));
      const offset = viewer.at;
      viewer.at += bytes.length;
      viewer.credit -= bytes.length;
      viewer.handlers.data(1, offset, bytes);
    }
    if (this.#exit && viewer.at === this.output.length && this.#viewers.delete(viewer))
      viewer.handlers.exit(this.#exit, viewer.at);
  }
}

export class FakeEngine implements EngineFace {
  /** What a download gives. */
  download: () => AsyncIterable<Uint8Array> = async function* () {
    yield Buffer.from('abc');
    yield Buffer.from('def');
  };
  sessions = new Map<string, FakeSession>();
  logRecords: { offset: number; record: string }[] = [];
  feedListeners = new Set<(message: FeedMessage) => void>();
  containers: ContainerView[] = [];
  statsListeners = new Set<(message: StatsMessage) => void>();
  watched: FeedWatch[] = [];
  onWatch = (): void => {};
  onUnwatch = (): void => {};
  terminals: Parameters<EngineFace['onTerminal']>[0] | null = null;
  audited: Parameters<AuditService['add']>[0][] = [];

  get services(): Services {
    return {
      containers: {
        inspect: async (id: string) => ({ id }),
        list: async () => this.containers,
        stop: async () => {
          throw new BoxError('WRONG_STATE', 'web is not running', { hint: 'start it' });
        },
      },
      images: {
        save: async () => ({
          fileName: 'ünï.tar',
          contentType: 'application/x-tar',
          chunks: this.download(),
        }),
        importStream: async (body: AsyncIterable<Uint8Array>) => {
          let size = 0;
          for await (const chunk of body) size += chunk.length;
          return { size };
        },
      },
      audit: {
        add: (entry: (typeof this.audited)[number]) => void this.audited.push(entry),
        list: async () => [],
      },
      system: { version: async () => ({ version: '0', build: 'test', protocol: 1, node: '' }) },
    } as unknown as Services;
  }

  session(container: string, options?: { tty?: boolean }): FakeSession {
    const session = new FakeSession(options);
    this.sessions.set(container, session);
    return session;
  }

  startTerminal(session: TerminalSession): void {
    this.terminals?.started(session);
  }

  async attach(request: AttachRequest, handlers: AttachHandlers): Promise<AttachHandle> {
    const session = this.sessions.get(request.container);
    if (!session) throw new BoxError('NOT_FOUND', `no such container: ${request.container}`);
    return session.attach(request, handlers);
  }

  async logs(request: LogsRequest, handlers: LogsHandlers): Promise<LogsHandle> {
    let credit = request.credit;
    let closed = false;
    const rest = this.logRecords.filter(({ offset }) => offset >= (request.offset ?? 0));
    const feed = () => {
      for (let next = rest[0]; next && credit > 0 && !closed; next = rest[0]) {
        rest.shift();
        credit -= next.record.length;
        handlers.data(next.offset, Buffer.from(next.record));
      }
      if (rest.length === 0 && !closed) {
        closed = true;
        handlers.end();
      }
    };
    setImmediate(feed);
    return {
      credit: (bytes) => {
        credit += bytes;
        feed();
      },
      close: () => {
        closed = true;
      },
    };
  }

  async searchLogs(_request: LogSearchRequest, handlers: LogSearchHandlers): Promise<() => void> {
    const matches = this.logRecords.map(({ offset, record }) => ({
      offset,
      time: record.slice(0, 30),
      stream: 'stdout' as const,
      text: record.slice(40, -1),
    }));
    const running = setImmediate(() => {
      handlers.progress({ scanned: 1, total: 2 });
      handlers.matches(matches);
      handlers.end({ scanned: 2, total: 2, next: null });
    });
    return () => clearImmediate(running);
  }

  feed(listener: (message: FeedMessage) => void): () => void {
    this.feedListeners.add(listener);
    listener({ type: 'snapshot', containers: this.containers });
    return () => this.feedListeners.delete(listener);
  }

  watchStats(listener: (message: StatsMessage) => void): StatsWatch {
    this.statsListeners.add(listener);
    return {
      watch: (what) => {
        this.watched.push(what);
        this.onWatch();
      },
      close: () => {
        this.statsListeners.delete(listener);
        this.onUnwatch();
      },
    };
  }

  onTerminal(listener: Parameters<EngineFace['onTerminal']>[0]): () => void {
    this.terminals = listener;
    return () => {
      this.terminals = null;
    };
  }

  onEvent(): () => void {
    return () => {};
  }

  async close(): Promise<void> {}
}
