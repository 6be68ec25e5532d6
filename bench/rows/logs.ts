import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { FrameClient, type LogsOptions } from '@boxyard/api/client';
import { unixTransport } from '@boxyard/api/client/node';
import { median, times } from '../measure.ts';
import { ms, type Row } from '../table.ts';
import type { World } from '../world.ts';

const SEGMENTS = 64;
const SEGMENT_BYTES = 16 * 1024 * 1024;
const LINE = ' stdout F GET /orders/1234 200 in 12 ms from worker 7 of host a\n';
/** One line a millisecond. */
const BEGIN = Date.UTC(2026, 0, 1);

/** A log of 1 GiB in segments, as the supervisor writes them: opened at its end, gone to by time, a page back, searched. */
export async function logRows(world: World): Promise<Row[]> {
  const { id } = await world.call<{ id: string }>('containers.create', {
    image: 'busybox',
    name: 'bench-log',
  });
  const { lines, content } = writeLog(join(world.root, 'containers', id, 'log'));
  const client = new FrameClient({ connect: unixTransport(join(world.run, 'boxd.sock')), build: 'bench' });
  const open = (options: Partial<LogsOptions>) => firstData(client, { container: id, ...options });
  /** Another place each time, over the whole log. */
  const share = (index: number) => (index + 2) / 13;
  const moment = (index: number) => new Date(BEGIN + lines * share(index)).toISOString();
  const tail = await times(10, () => open({ tail: 1000 }), 1);
  const jump = await times(10, (index) => open({ since: moment(index) }), 1);
  const back = await times(
    10,
    (index) => open({ before: Math.floor(share(index) * content), tail: 2000 }),
    1,
  );
  const plain = await times(3, () => search(client, id, { pattern: 'no such text', caseSensitive: true }), 1);
  const regex = await times(3, () => search(client, id, { pattern: 'orders/\\d+ 5\\d\\d', regex: true }), 1);
  client.close();
  await world.call('containers.remove', { container: id });
  const rate = (took: number) => (SEGMENTS * SEGMENT_BYTES) / 1e6 / (took / 1000);
  const speed = (took: number) => `${rate(took).toFixed(0)} MB/s`;
  return [
    bar('1 GiB log: its last 1000 lines', median(tail), 300),
    bar('… from a moment on', median(jump), 200),
    { what: '… a page of 2000 lines back', figure: ms(median(back)), peer: '', bar: '' },
    {
      what: '… searched for a text',
      figure: speed(median(plain)),
      peer: '',
      bar: '≥ 200 MB/s',
      reached: rate(median(plain)) >= 200,
    },
    { what: '… for a regular expression', figure: speed(median(regex)), peer: '', bar: '' },
  ];
}

const bar = (what: string, took: number, most: number): Row => ({
  what,
  figure: ms(took),
  peer: '',
  bar: `≤ ${most} ms`,
  reached: took <= most,
});

/** How many lines, and bytes of content, it holds. */
function writeLog(directory: string): { lines: number; content: number } {
  mkdirSync(directory, { recursive: true });
  const record = `${new Date(BEGIN).toISOString().slice(0, -1)}000000Z${LINE}`;
  const each = Math.floor(SEGMENT_BYTES / record.length);
  const content = each * (record.length - 40);
  for (let sequence = 0; sequence < SEGMENTS; sequence += 1) {
    const records = Array.from({ length: each }, (_, index) => {
      const time = new Date(BEGIN + sequence * each + index).toISOString();
      return `${time.slice(0, -1)}000000Z${LINE}`;
    });
    const name = `${String(sequence).padStart(8, '0')}-${sequence * content}.log`;
    writeFileSync(join(directory, name), records.join(''));
  }
  return { lines: each * SEGMENTS, content: content * SEGMENTS };
}

/** Milliseconds from asking to the first records. */
function firstData(client: FrameClient, options: LogsOptions): Promise<number> {
  const begin = performance.now();
  return new Promise((resolve, reject) => {
    const channel = client.logs(options, {
      data: () => {
        channel.close();
        resolve(performance.now() - begin);
        return undefined;
      },
      end: () => reject(new Error('the log is empty')),
      error: reject,
    });
  });
}

/** Milliseconds of a search of everything. */
function search(
  client: FrameClient,
  container: string,
  options: { pattern: string; regex?: boolean; caseSensitive?: boolean },
): Promise<number> {
  const begin = performance.now();
  return new Promise((resolve, reject) => {
    client.search(
      { container, ...options },
      { matches: () => {}, end: () => resolve(performance.now() - begin), error: reject },
    );
  });
}
