import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FrameClient } from '@boxyard/api/client';
import pino from 'pino';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Screens } from '../terminals/screens.ts';
import { cutTransport } from '../testing/cut-transport.ts';
import { FakeEngine, type FakeSession } from '../testing/fake-engine.ts';
import { FrameConnection, UNIX_PRINCIPAL } from './connection.ts';

let directory: string;
let engine: FakeEngine;
let session: FakeSession;
let screens: Screens;
beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'bxv-'));
  engine = new FakeEngine();
  session = engine.session('web', { tty: true });
  screens = new Screens(engine, pino({ level: 'silent' }));
  screens.watch();
  engine.startTerminal({
    container: 'web',
    session: '',
    rows: 24,
    columns: 80,
    offset: 0,
    runDirectory: directory,
  });
  await screens.has('web', '');
});
afterEach(async () => {
  await screens.close();
  rmSync(directory, { recursive: true });
});

/** A viewer with a window of its own; `told` holds the sizes that others gave the terminal. */
async function look(rows: number, columns: number) {
  const transport = cutTransport(
    (duplex) =>
      new FrameConnection(duplex, { engine, screens, principal: UNIX_PRINCIPAL, build: 'test', web: null }),
    [],
  );
  const client = new FrameClient({ connect: transport, build: 'test' });
  const told: string[] = [];
  const opened = Promise.withResolvers<void>();
  const channel = client.attach(
    { container: 'web', offset: 'live', input: true, rows, columns },
    {
      opened: () => opened.resolve(),
      taken: (size) => told.push(`${size.columns}x${size.rows}`),
      data: () => undefined,
      exit: () => {},
      error: opened.reject,
    },
  );
  await opened.promise;
  return { client, channel, told };
}

describe('a terminal that several look at', () => {
  it('has the size of whoever came, resized or typed last, and the others are told', async () => {
    const wide = await look(40, 120);
    const small = await look(20, 60);
    await vi.waitFor(() => expect(wide.told).toEqual(['60x20']));
    expect(session.sizes.at(-1)).toBe('60x20');
    wide.channel.input(Buffer.from('\x1b[5;1R'));
    wide.channel.input(Buffer.from('x'));
    await vi.waitFor(() => expect(small.told).toEqual(['120x40']));
    expect(session.sizes.at(-1)).toBe('120x40');
    small.channel.resize(21, 61);
    await vi.waitFor(() => expect(wide.told).toEqual(['60x20', '61x21']));
    expect(small.told).toEqual(['120x40']);
    wide.client.close();
    small.client.close();
  });
});

/** A terminal as text: a snapshot replaces everything, data is added. */
function view(cuts: number[], offset: 'screen' | number = 'screen') {
  const transport = cutTransport(
    (duplex) =>
      new FrameConnection(duplex, { engine, screens, principal: UNIX_PRINCIPAL, build: 'test', web: null }),
    cuts.map((toClient) => ({ toClient, toAgent: Infinity })),
  );
  const client = new FrameClient({ connect: transport, build: 'test' });
  const seen = { text: '', snapshots: 0, skipped: 0, size: '' };
  let wake = () => {};
  const channel = client.attach(
    { container: 'web', offset },
    {
      snapshot: (bytes, { rows, columns }) => {
        seen.text = Buffer.from(bytes).toString();
        seen.size = `${columns}x${rows}`;
        seen.snapshots++;
        wake();
        return undefined;
      },
      data: (_, bytes) => {
        seen.text += Buffer.from(bytes).toString();
        wake();
        return undefined;
      },
      skipped: () => {
        seen.skipped++;
      },
      exit: () => {},
      error: () => {},
    },
  );
  return {
    client,
    seen,
    channel,
    async until(condition: () => boolean) {
      while (!condition())
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
    },
  };
}

describe('a client that asks for the screen', () => {
  it('gets it, and every byte after it once, while output goes on', async () => {
    session.print('before ');
    const { client, seen, until } = view([]);
    const LINES = 300;
    let line = 0;
    const printing = setInterval(() => {
      session.print(`<${line++}>`);
      if (line === LINES) clearInterval(printing);
    }, 0);
    await until(() => seen.text.endsWith(`<${LINES - 1}>`));
    client.close();
    const text = seen.text.replaceAll(/[\r\n]/g, '');
    expect(text).toBe(`before ${Array.from({ length: LINES }, (_, index) => `<${index}>`).join('')}`);
    expect(seen).toMatchObject({ snapshots: 1, skipped: 0, size: '80x24' });
  });

  it('gets it whole although the connection breaks after any of its bytes', async () => {
    session.print('\x1b[31mred\x1b[0m plain');
    for (let cut = 80; cut < 420; cut += 7) {
      const { client, seen, until } = view([cut]);
      await until(() => seen.text.endsWith('plain'));
      client.close();
      expect(seen.text).toContain('red');
      expect(seen.text.match(/plain/g)).toHaveLength(1);
    }
  });
});

describe('a terminal’s viewer that lost bytes', () => {
  it('gets the screen, never a raw skip', async () => {
    session.print('abc');
    const { client, seen, until } = view([], 0);
    await until(() => seen.text === 'abc');
    // The screen memory keeps up; this viewer, without credit, does not.
    session.print('x'.repeat(200));
    await screens.snapshot('web', '', 203);
    session.print('later');
    await until(() => seen.text.endsWith('later'));
    client.close();
    expect(seen.skipped).toBe(0);
  });

  it('because it was away too long goes on with a snapshot', async () => {
    session.print('abc');
    const first = view([], 0);
    await first.until(() => first.seen.text === 'abc');
    const { offset } = first.channel;
    first.client.close();
    session.print('x'.repeat(500));
    await screens.snapshot('web', '', 503);
    session.forget(400);
    const again = view([], offset ?? 0);
    await again.until(() => again.seen.text.replaceAll(/[\r\n]/g, '') === `abc${'x'.repeat(500)}`);
    again.client.close();
    expect(again.seen).toMatchObject({ snapshots: 1, skipped: 0 });
  });
});
