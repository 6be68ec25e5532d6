import { type Browser, chromium, type Page } from '@playwright/test';
import { TestAgent } from '../../e2e/harness/agent.ts';
import { CHROMIUM } from '../../e2e/web/browser.ts';
import { timeAfterKey } from '../../e2e/web/time-after-key.ts';
import { quantile } from '../measure.ts';
import { ms, type Row } from '../table.ts';

const LISTEN = '127.0.0.1:7420';
const KEYS = 100;
/** Keys that nothing is counted of: the page's code is compiled meanwhile. */
const WARMUP_KEYS = 10;
const FLOOD_MS = 60_000;
const MB = 1e6;
const ECHO_BAR_MS = 15;
const CTRL_C_BAR_MS = 300;
const HEAP_BAR_BYTES = 20 * MB;

/** A terminal in Debian's Chromium: how long one key takes to come back, and what a minute of `yes` does to the page. */
export async function browserRows(): Promise<Row[]> {
  await using agent = await TestAgent.start({ BOXYARD_LISTEN: LISTEN });
  const browser = await chromium.launch(CHROMIUM);
  try {
    const page = await openTerminal(browser, agent);
    return [await echoRow(page), ...(await floodRows(page))];
  } finally {
    await browser.close();
  }
}

async function openTerminal(browser: Browser, agent: TestAgent): Promise<Page> {
  const id = await agent.ok(['run', '-dit', 'busybox', 'sh']);
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
  await page.goto((await agent.ok(['ui'])).match(/http:\S+/)?.[0] ?? '');
  await page.getByText('live', { exact: true }).waitFor();
  await page.goto(`http://${LISTEN}/containers/view/?id=${id}&tab=terminal`);
  await page.getByTestId('terminal-state').getByText('live').waitFor();
  return page;
}

/** From the browser's key event to the letter in the emulator's screen: page, agent, shim, terminal and back. */
async function echoRow(page: Page): Promise<Row> {
  await typeLine(page, 'clear; cat', /^$/);
  const values: number[] = [];
  for (let key = 1; key <= WARMUP_KEYS + KEYS; key++) {
    const echoed = await timeAfterKey(page, new RegExp(`x{${key}}$`));
    await page.keyboard.press('x');
    const took = await echoed();
    if (key > WARMUP_KEYS) values.push(took);
  }
  await page.keyboard.press('Control+c');
  const p95 = quantile(values, 0.95);
  return {
    what: 'key to echo in the browser, p95',
    figure: ms(p95),
    peer: `p50 ${ms(quantile(values, 0.5))}`,
    bar: `≤ ${ECHO_BAR_MS} ms`,
    reached: p95 <= ECHO_BAR_MS,
  };
}

async function floodRows(page: Page): Promise<Row[]> {
  // The scrollback fills first: it is bounded, and not what could leak.
  await typeLine(page, 'clear; seq 1 6000', /6000\n.*# ?$/);
  const before = await heapBytes(page);
  await typeLine(page, 'yes', /y\ny\ny/);
  await page.waitForTimeout(FLOOD_MS);
  const grown = (await heapBytes(page)) - before;
  const answered = await timeAfterKey(page, /# ?$/);
  await page.keyboard.press('Control+c');
  const ctrlC = await answered();
  return [
    {
      what: 'Ctrl-C after 60 s of yes in the browser',
      figure: ms(ctrlC),
      peer: '',
      bar: `≤ ${CTRL_C_BAR_MS} ms`,
      reached: ctrlC <= CTRL_C_BAR_MS,
    },
    {
      what: 'page heap, grown in 60 s of yes',
      figure: `${(grown / MB).toFixed(1)} MB`,
      peer: '',
      bar: `± ${HEAP_BAR_BYTES / MB} MB`,
      reached: Math.abs(grown) <= HEAP_BAR_BYTES,
    },
  ];
}

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
