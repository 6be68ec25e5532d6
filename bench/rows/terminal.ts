import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { FrameClient } from '@boxyard/api/client';
import { unixTransport } from '@boxyard/api/client/node';
import { median, quantile } from '../measure.ts';
import { ms, type Row } from '../table.ts';
import type { World } from '../world.ts';

const FLOOD_BYTES = 64 * 1024 * 1024;
const KEYS = 200;

/** A TTY: how much goes through it to a viewer that takes everything, and how long one key takes to come back. */
export async function terminalRows(world: World): Promise<Row[]> {
  const frames = new FrameClient({
    connect: unixTransport(join(world.run, 'boxd.sock')),
    build: 'bench',
  });
  try {
    return [await floodRow(world, frames), ...(await echoRows(world, frames))];
  } finally {
    frames.close();
  }
}

async function startTerminal(world: World, command: string[]): Promise<string> {
  const { id } = await world.call<{ id: string }>('containers.create', {
    image: 'busybox',
    command,
    tty: true,
    openStdin: true,
  });
  await world.call('containers.start', { container: id });
  return id;
}

async function floodRow(world: World, frames: FrameClient): Promise<Row> {
  const container = await startTerminal(world, ['sh', '-c', 'read go; yes | cat']);
  const begin = { at: 0 };
  let taken = 0;
  await new Promise<void>((resolve, reject) => {
    const channel = frames.attach(
      { container, offset: 'live', input: true },
      {
        opened: () => {
          begin.at = performance.now();
          channel.input(Buffer.from('\r'));
        },
        data: (_stream, bytes) => {
          taken += bytes.length;
          if (taken >= FLOOD_BYTES) {
            channel.close();
            resolve();
          }
          return undefined;
        },
        exit: () => reject(new Error('yes ended')),
        error: reject,
      },
    );
  });
  const seconds = (performance.now() - begin.at) / 1000;
  await world.call('containers.remove', { container, force: true });
  return {
    what: 'terminal throughput, yes | cat to one viewer',
    figure: `${(taken / 1e6 / seconds).toFixed(1)} MB/s`,
    peer: '',
    bar: '',
  };
}

async function echoRows(world: World, frames: FrameClient): Promise<Row[]> {
  const container = await startTerminal(world, ['cat']);
  const values: number[] = [];
  await new Promise<void>((resolve, reject) => {
    let pressed = 0;
    const press = () => {
      pressed = performance.now();
      channel.input(Buffer.from('x'));
    };
    const channel = frames.attach(
      { container, offset: 'live', input: true },
      {
        opened: press,
        data: () => {
          values.push(performance.now() - pressed);
          if (values.length < KEYS) setTimeout(press, 5);
          else {
            channel.close();
            resolve();
          }
          return undefined;
        },
        exit: () => reject(new Error('cat ended')),
        error: reject,
      },
    );
  });
  await world.call('containers.remove', { container, force: true });
  return [
    { what: 'key to echo over the socket, p50', figure: ms(median(values)), peer: '', bar: '' },
    { what: 'key to echo over the socket, p95', figure: ms(quantile(values, 0.95)), peer: '', bar: '' },
  ];
}
