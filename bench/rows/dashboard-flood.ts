import type { Page } from '@playwright/test';
import { timeAfterKey } from '../../e2e/web/time-after-key.ts';
import { signedInBrowser } from '../browser.ts';
import { ms, type Row } from '../table.ts';
import type { World } from '../world.ts';

const FLOOD_MS = 60_000;
const CTRL_C_BAR_MS = 300;
const MB = 1e6;
const HEAP_BAR_BYTES = 20 * MB;

/** A minute of `yes` in the browser's terminal: what the page holds then, and how long Ctrl-C takes to bring the prompt. */
export async function floodRows(world: World): Promise<Row[]> {
  const { id } = await world.call<{ id: string }>('containers.create', {
    image: 'busybox',
    command: ['sh'],
    tty: true,
    openStdin: true,
  });
  await world.call('containers.start', { container: id });
  await using browser = await signedInBrowser(world);
  const { page } = browser;
  await page.goto(new URL(`/containers/view/?id=${id}&tab=terminal`, page.url()).href);
  await page.getByTestId('terminal-state').getByText('live').waitFor();
  await page.getByTestId('terminal').click();
  // The scrollback fills first: it is bounded, and not what could leak.
  await typeLine(page, 'clear; seq 1 6000', /6000\n.*# ?$/);
  const before = await heapBytes(page);
  await typeLine(page, 'yes', /y\ny\ny/);
  await page.waitForTimeout(FLOOD_MS);
  const grown = (await heapBytes(page)) - before;
  const answered = await timeAfterKey(page, /# ?$/);
  await page.keyboard.press('Control+c');
  const ctrlC = await answered();
  await world.call('containers.remove', { container: id, force: true });
  return [
    {
      what: `Ctrl-C after ${FLOOD_MS / 1000} s of yes in the browser`,
      figure: ms(ctrlC),
      peer: '',
      bar: `≤ ${CTRL_C_BAR_MS} ms`,
      reached: ctrlC <= CTRL_C_BAR_MS,
    },
    {
      what: `page heap, grown in ${FLOOD_MS / 1000} s of yes`,
      figure: `${(grown / MB).toFixed(1)} MB`,
      peer: '',
      bar: `± ${HEAP_BAR_BYTES / MB} MB`,
      reached: Math.abs(grown) <= HEAP_BAR_BYTES,
    },
  ];
}

/** Types and waits for what the line brings to the screen. */
async function typeLine(page: Page, line: string, until: RegExp): Promise<void> {
  await page.keyboard.type(line);
  const shown = await timeAfterKey(page, until);
  await page.keyboard.press('Enter');
  await shown();
}

async function heapBytes(page: Page): Promise<number> {
  const session = await page.context().newCDPSession(page);
  await session.send('HeapProfiler.collectGarbage');
  const { usedSize } = await session.send('Runtime.getHeapUsage');
  await session.detach();
  return usedSize;
}
