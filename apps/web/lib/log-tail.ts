import { type CriRecord, parseCri } from '@boxyard/spec';
import { useEffect, useState } from 'react';
import { frames } from './connection';
import { plainText } from './logs/ansi';

export interface TailLine {
  /** Counts up from the first line that was seen: a key. */
  number: number;
  text: string;
  stream: 'stdout' | 'stderr';
}

/** A line in a glance is one row; the log itself has the rest. */
const LINE_CHARACTERS = 400;
/** More than this between two looks is a flood: then only its end is asked for, once a pause. 64 KiB is 600 lines of 100. */
const FLOOD_BYTES = 64 * 1024;
const FLOOD_PAUSE_MS = 1000;
/** Lines that come close together are shown together. */
const SHOW_AFTER_MS = 100;

/** The last `count` lines of a container's log, live, at a bounded price. Null until the first answer. `run`: when it started, null for never. */
export function useLogTail(container: string, run: string | null, count: number): readonly TailLine[] | null {
  const [lines, setLines] = useState<readonly TailLine[] | null>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another run goes on in the same log, which has ended for this channel
  useEffect(() => {
    setLines(null);
    return followTail(container, count, setLines);
  }, [container, run, count]);
  return lines;
}

/** Calls `show` with the last lines whenever there are others, until the returned function is called. */
function followTail(
  container: string,
  count: number,
  show: (lines: readonly TailLine[]) => void,
): () => void {
  const tail = new LogTail(count);
  let channel = { close() {} };
  let bytes = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const later = () => {
    timer ??= setTimeout(() => {
      timer = undefined;
      show(tail.lines());
    }, SHOW_AFTER_MS);
  };
  let pause: ReturnType<typeof setTimeout> | undefined;
  const open = () => {
    bytes = 0;
    tail.restart();
    channel = frames().logs(
      { container, tail: count, follow: true },
      {
        data: (records) => {
          tail.push(parseCri(records));
          later();
          bytes += records.length;
          if (bytes > FLOOD_BYTES) {
            channel.close();
            pause = setTimeout(open, FLOOD_PAUSE_MS);
          }
          return undefined;
        },
        end: later,
        error: later,
      },
    );
  };
  open();
  return () => {
    clearTimeout(timer);
    clearTimeout(pause);
    channel.close();
  };
}

/** Keeps the last lines of a stream of records. */
export class LogTail {
  #count: number;
  #lines: TailLine[] = [];
  #number = 0;
  #fresh = false;
  #open: Record<CriRecord['stream'], string> = { stdout: '', stderr: '' };

  constructor(count: number) {
    this.#count = count;
  }

  /** What comes next is the tail again; what is held stays to be seen until then. */
  restart(): void {
    this.#fresh = true;
    this.#open = { stdout: '', stderr: '' };
  }

  push(records: readonly CriRecord[]): void {
    if (this.#fresh) this.#lines = [];
    this.#fresh = false;
    for (const { tag, stream, text } of records) {
      if (tag === 'G') continue;
      const line = (this.#open[stream] + text).slice(0, LINE_CHARACTERS);
      this.#open[stream] = tag === 'P' ? line : '';
      if (tag === 'P') continue;
      this.#number += 1;
      this.#lines.push({ number: this.#number, stream, text: plainText(line) });
    }
    this.#lines = this.#lines.slice(-this.#count);
  }

  lines(): readonly TailLine[] {
    return this.#lines;
  }
}
