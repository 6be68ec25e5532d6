import type { Syscalls } from '@boxyard/kernel';
import { CREDIT_WINDOW_BYTES } from '@boxyard/spec';
import type { Opened, SessionExit } from './messages.ts';
import { SessionClient } from './session.ts';

/** A viewer for tests: keeps what it gets, grants credit for it, and can wait for a piece of text. */
export interface Viewer {
  session: SessionClient;
  opened: Opened;
  output(): Buffer;
  /** Resolves once `text` came after what an earlier `saw` found. */
  saw(text: string): Promise<void>;
  /** Sends all as this client's input, waiting where the shim does not keep up. */
  type(bytes: Uint8Array): Promise<void>;
  exit: Promise<SessionExit>;
  readonly inputAccepted: number;
  skipped: [from: number, to: number][];
}

const INPUT_CHUNK_BYTES = 32 * 1024;

export async function openViewer(
  kernel: Syscalls,
  runDirectory: string,
  options: {
    id?: string;
    offset?: number | 'live';
    input?: boolean;
    lossless?: boolean;
    credit?: number;
    grant?: boolean;
    clientId?: bigint;
  } = {},
): Promise<Viewer> {
  const { grant = true } = options;
  const chunks: Buffer[] = [];
  const skipped: [number, number][] = [];
  const exit = Promise.withResolvers<SessionExit>();
  const waiting = new Set<() => void>();
  let inputAccepted = 0;
  let found = 0;
  const directory = kernel.openDirectory(runDirectory);
  const output = (): Buffer => Buffer.concat(chunks);
  const session = await SessionClient.connect(kernel, directory, {
    onData: (_stream, _offset, bytes) => {
      chunks.push(Buffer.from(bytes));
      if (grant) session.credit(bytes.length);
      for (const look of waiting) look();
    },
    onSkipped: (from, to) => skipped.push([from, to]),
    onInputAccepted: (offset) => {
      inputAccepted = offset;
    },
    onExit: exit.resolve,
    onClose: (error) => exit.reject(error ?? new Error('closed')),
  }).finally(() => kernel.close(directory));
  const opened = await session.open({
    id: options.id ?? '',
    offset: options.offset ?? 0,
    output: true,
    input: options.input ?? false,
    lossless: options.lossless ?? false,
    credit: options.credit ?? CREDIT_WINDOW_BYTES,
    clientId: options.clientId ?? 1n,
  });
  exit.promise.catch(() => {});
  return {
    session,
    opened,
    output,
    exit: exit.promise,
    skipped,
    get inputAccepted() {
      return inputAccepted;
    },
    async saw(text) {
      await new Promise<void>((resolve) => {
        const look = (): void => {
          const at = output().toString('latin1').indexOf(text, found);
          if (at === -1) return;
          found = at + text.length;
          waiting.delete(look);
          resolve();
        };
        waiting.add(look);
        look();
      });
    },
    async type(bytes) {
      for (let at = 0; at < bytes.length; at += INPUT_CHUNK_BYTES) {
        if (!session.input(at, bytes.subarray(at, at + INPUT_CHUNK_BYTES))) await session.drained();
      }
    },
  };
}
