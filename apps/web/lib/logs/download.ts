import { CriTextSplitter } from '@boxyard/spec';
import { frames } from '../connection';
import { plainText } from './ansi';
import { compileQuery, type Query } from './query';
import { LogReader } from './reader';
import type { LogContainer } from './session';

/** Pieces of this size become blobs, which the browser may keep on disk. */
const PIECE_BYTES = 4 * 1024 * 1024;

export interface DownloadOptions {
  /** Only lines that this query shows. */
  query?: Query | undefined;
  /** Each line begins with its time. */
  timestamps?: boolean | undefined;
  /** Content offsets, of one line; the whole log without it. */
  range?: { from: number; to: number } | undefined;
  /** Bytes of text so far. */
  onProgress?: ((bytes: number) => void) | undefined;
  signal?: AbortSignal | undefined;
}

/** Saves a box's log as text, as the box wrote it. Rejects with a BoxError; resolves false when it was cancelled. */
export async function downloadLog(container: LogContainer, options: DownloadOptions): Promise<boolean> {
  const pieces = new Pieces(options.onProgress);
  const take = options.query ? filtered(options.query, options, pieces) : whole(options, pieces);
  const range = options.range ? { offset: options.range.from, before: options.range.to } : {};
  const complete = await new Promise<boolean>((resolve, reject) => {
    const channel = frames().logs(
      { container: container.id, follow: false, ...range },
      { data: (records, offset) => void take(records, offset), end: () => resolve(true), error: reject },
    );
    options.signal?.addEventListener('abort', () => {
      channel.close();
      resolve(false);
    });
  });
  if (complete) save(pieces.blob(), `${container.name}.log`);
  return complete;
}

function whole({ timestamps = false }: DownloadOptions, pieces: Pieces): (records: Uint8Array) => void {
  const splitter = new CriTextSplitter((_, text) => pieces.add(text.slice()), { timestamps, ordered: true });
  return (records) => void splitter.push(records);
}

function filtered(query: Query, { timestamps }: DownloadOptions, pieces: Pieces) {
  const reader = new LogReader(0);
  // A mode that only marks shows everything; whoever asks for what matches means that.
  const matcher = compileQuery(query.mode === 'mark' && query.text ? { ...query, mode: 'only' } : query);
  const encoder = new TextEncoder();
  return (records: Uint8Array, offset: number) => {
    let text = '';
    for (const line of reader.read(records, offset).lines) {
      if (line.hole || !matcher.shows(line)) continue;
      text += `${timestamps ? `${new Date(line.time).toISOString()} ` : ''}${plainText(line.text)}\n`;
    }
    if (text) pieces.add(encoder.encode(text));
  };
}

class Pieces {
  readonly #blobs: Blob[] = [];
  readonly #progress: ((bytes: number) => void) | undefined;
  #parts: Uint8Array<ArrayBuffer>[] = [];
  #bytes = 0;
  #total = 0;

  constructor(progress: ((bytes: number) => void) | undefined) {
    this.#progress = progress;
  }

  add(part: Uint8Array<ArrayBuffer>): void {
    this.#parts.push(part);
    this.#bytes += part.length;
    if (this.#bytes >= PIECE_BYTES) this.#seal();
  }

  blob(): Blob {
    this.#seal();
    return new Blob(this.#blobs, { type: 'text/plain' });
  }

  #seal(): void {
    this.#blobs.push(new Blob(this.#parts));
    this.#total += this.#bytes;
    this.#progress?.(this.#total);
    this.#parts = [];
    this.#bytes = 0;
  }
}

function save(blob: Blob, name: string): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  // The download has its own hold on the blob once it began; a minute is longer than any browser takes for that.
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}
