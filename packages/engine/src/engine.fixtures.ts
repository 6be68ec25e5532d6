/** A real engine for integration tests: in scripts/sandbox, below its BOXYARD_ROOT and BOXYARD_RUN. Imported by tests alone. */
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { type CreateInput, createInput, type ExecRequest, execInput, type StreamExit } from '@boxyard/api';
import { BoxError } from '@boxyard/spec';
import { pino } from 'pino';
import { type Engine, type EngineOptions, openEngine } from './open.ts';
import type { AttachHandle, AttachRequest } from './streams.ts';

const HELPER = join(import.meta.dirname, '../../../native/build/boxshim');

/** A place of its own below the sandbox's; `name` keeps two tests apart. */
export function testOptions(name: string): EngineOptions {
  const { BOXYARD_SANDBOX, BOXYARD_ROOT, BOXYARD_RUN, BOXYARD_CGROUP_ROOT } = process.env;
  if (!BOXYARD_SANDBOX || !BOXYARD_ROOT || !BOXYARD_RUN || !BOXYARD_CGROUP_ROOT) {
    throw new Error('integration tests run inside scripts/sandbox');
  }
  if (!existsSync(HELPER)) throw new Error(`${HELPER} is missing: npm run build:native`);
  const [root, run, cgroupRoot] = [BOXYARD_ROOT, BOXYARD_RUN, BOXYARD_CGROUP_ROOT].map((base) => {
    const path = join(base, name);
    mkdirSync(path, { recursive: true, mode: 0o700 });
    return path;
  }) as [string, string, string];
  return {
    root,
    run,
    cgroupRoot,
    helperPath: HELPER,
    version: '0.0.0-test',
    build: 'test',
    logger: pino({ level: process.env.BOXYARD_LOG_LEVEL ?? 'fatal' }, pino.destination(2)),
  };
}

/** An engine with the built-in image. */
export function openTestEngine(name: string): Promise<Engine> {
  return openEngine(testOptions(name));
}

export const busybox = (request: CreateInput) => createInput.parse({ image: 'busybox', ...request });

/** Creates and starts a container; gives its id. */
export async function run(engine: Engine, request: CreateInput): Promise<string> {
  const { id } = await engine.services.containers.create(busybox(request));
  await engine.services.containers.start(id);
  return id;
}

/** Runs it to its end. */
export async function runToEnd(engine: Engine, request: CreateInput) {
  return engine.services.containers.wait(await run(engine, request));
}

export function execRequest(
  container: string,
  command: string[],
  rest: Partial<ExecRequest> = {},
): ExecRequest {
  return execInput.parse({ container, command, id: randomBytes(32).toString('hex'), ...rest });
}

export interface Watched {
  handle: AttachHandle;
  /** Everything so far, by stream. */
  text(stream?: number): string;
  /** Everything so far as pieces with their offsets. */
  pieces: { stream: number; offset: number; bytes: Buffer }[];
  skipped: [number, number][];
  acked: number;
  /** Resolves with the exit; rejects with the error. */
  exit: Promise<StreamExit>;
  /** Resolves once the output holds `text`. */
  saw(text: string): Promise<void>;
}

/** Attaches and takes everything that comes. */
export async function watch(
  engine: Engine,
  request: Partial<AttachRequest> & { container: string },
): Promise<Watched> {
  const exit = Promise.withResolvers<StreamExit>();
  exit.promise.catch(() => {});
  const waiting = new Set<() => void>();
  let handle: AttachHandle | undefined;
  const watched: Omit<Watched, 'handle'> = {
    pieces: [],
    skipped: [],
    acked: 0,
    exit: exit.promise,
    text: (stream) =>
      Buffer.concat(
        watched.pieces.filter((piece) => !stream || piece.stream === stream).map(({ bytes }) => bytes),
      ).toString(),
    saw: (text) =>
      new Promise((resolve, reject) => {
        const look = () => {
          if (!watched.text().includes(text)) return;
          waiting.delete(look);
          resolve();
        };
        waiting.add(look);
        look();
        exit.promise.then(
          () => reject(new Error(`it ended without printing ${text}: ${watched.text()}`)),
          reject,
        );
      }),
  };
  handle = await engine.attach(
    {
      clientId: randomBytes(8).toString('hex'),
      offset: 'live',
      input: true,
      lossless: true,
      credit: 262_144,
      ...request,
    },
    {
      data(stream, offset, bytes) {
        watched.pieces.push({ stream, offset, bytes: Buffer.from(bytes) });
        setImmediate(() => handle?.credit(bytes.length));
        for (const look of waiting) look();
      },
      ack: (offset) => {
        watched.acked = offset;
      },
      skipped: (from, to) => void watched.skipped.push([from, to]),
      exit: (how) => exit.resolve(how),
      error: (error) => exit.reject(error),
    },
  );
  return Object.assign(watched, { handle });
}

/** The BoxError that a call ends with. */
export async function errorOf(call: Promise<unknown>): Promise<BoxError> {
  const error = await call.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (error instanceof BoxError) return error;
  throw new Error(`expected a BoxError, got ${String(error)}`, { cause: error });
}

/** Fails when anything is left that belongs to nothing. */
export async function leaks(engine: Engine) {
  return (await engine.services.system.doctor({ leaks: true })).leaks;
}
