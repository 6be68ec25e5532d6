import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { BoxError, type ExitStatus } from '@boxyard/spec';

/** exit.json in a box's run directory: written by its supervisor (tmp, fsync, rename) before it tells anybody. */
export const EXIT_FILE = 'exit.json';

interface EndRecord {
  status: ExitStatus;
  /** RFC 3339 with nanoseconds; null when it never ran. */
  finishedAt: string | null;
  /** End of its output, as an offset of the session. */
  outputEnd: number;
}

export interface ExitFile extends EndRecord {
  startedAt: string | null;
  /** The boot of the host that it belongs to. */
  bootId: string;
  /** Why it never ran. */
  error?: string | undefined;
  /** Exec sessions whose end the agent had not acknowledged. */
  execs: (EndRecord & { id: string })[];
}

/**
 * What the supervisor wrote about the end of its box; undefined when there is no such file.
 * @throws BoxError DAMAGED
 */
export function readExitFile(runDirectory: string): ExitFile | undefined {
  const path = join(runDirectory, EXIT_FILE);
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  try {
    return parseExitFile(text);
  } catch (cause) {
    throw new BoxError('DAMAGED', `${path} is damaged: ${(cause as Error).message}`, {
      hint: 'remove it: the box then counts as lost',
      cause,
    });
  }
}

/** Throws TypeError or SyntaxError for text that no supervisor writes. */
export function parseExitFile(text: string): ExitFile {
  const record = fields(JSON.parse(text), 'the file');
  if (!Array.isArray(record.execs)) throw new TypeError('execs is no list');
  return {
    ...endOf(record),
    startedAt: time(record.startedAt),
    bootId: string(record.bootId, 'bootId'),
    error: record.error === undefined ? undefined : string(record.error, 'error'),
    execs: record.execs.map((value: unknown) => {
      const exec = fields(value, 'an exec');
      return { ...endOf(exec), id: string(exec.id, 'id') };
    }),
  };
}

function endOf(record: Record<string, unknown>): EndRecord {
  const { code, signal, oom } = record;
  if (typeof code !== 'number' || typeof signal !== 'number')
    throw new TypeError('code and signal are no numbers');
  return {
    status:
      oom === true ? { kind: 'oom', signal } : code < 0 ? { kind: 'signal', signal } : { kind: 'code', code },
    finishedAt: time(record.finishedAt),
    outputEnd: Number(record.outputEnd),
  };
}

function fields(value: unknown, what: string): Record<string, unknown> {
  if (typeof value !== 'object' || value === null) throw new TypeError(`${what} is no object`);
  return value as Record<string, unknown>;
}

function string(value: unknown, what: string): string {
  if (typeof value !== 'string') throw new TypeError(`${what} is no text`);
  return value;
}

const time = (value: unknown): string | null => (value === null ? null : string(value, 'a time'));
