import { setTimeout as sleep } from 'node:timers/promises';
import type { BrowserContext, CDPSession, Page } from '@playwright/test';
import { markFeed, signedInBrowser } from '../browser.ts';
import { median, quantile } from '../measure.ts';
import { ms, type Row } from '../table.ts';
import type { World } from '../world.ts';
import { crowd, removeAll } from '../yard.ts';

const BOXES = 1000;
const RUNNING = 50;
const OPENINGS = 10;
const FIRST_ROWS_BAR_MS = 200;
/** One picture at 60 Hz, to the tenth that the browser's clock tells. */
const FRAME_BAR_MS = 16.7;
const SCROLL_MS = 4000;
const WHEEL_PX = 240;
const TICKS = 20;
const TICK_BAR_MS = 4;
/** The work of a tick is over by then, its picture too; the next comes a second later. */
const TICK_WINDOW_MS = 150;

/** The list of a thousand boxes, of which those in sight run and tell their figures every second. */
export async function listRows(world: World): Promise<Row[]> {
  const ids = await crowd(world, { boxes: BOXES, running: RUNNING });
  await using browser = await signedInBrowser(world);
  const address = new URL('/containers/?sort=status', browser.page.url()).href;
  const opened: number[] = [];
  for (let opening = 0; opening < OPENINGS; opening++) opened.push(await firstRows(browser.context, address));
  const page = await openList(browser.context, address);
  const frames = await scrollFrames(page);
  await page.getByRole('grid').evaluate((grid) => grid.scrollTo(0, 0));
  const ticks = await tickTimes(page, await browser.context.newCDPSession(page));
  await removeAll(world, ids);
  return [
    {
      what: `list of ${BOXES}: data to first rows painted`,
      figure: ms(median(opened)),
      peer: `p95 ${ms(quantile(opened, 0.95))}`,
      bar: `≤ ${FIRST_ROWS_BAR_MS} ms`,
      reached: median(opened) <= FIRST_ROWS_BAR_MS,
    },
    {
      what: `list of ${BOXES}: frame while the wheel scrolls, p95`,
      figure: ms(quantile(frames, 0.95)),
      peer: `p50 ${ms(median(frames))}, ${((1000 * frames.length) / sum(frames)).toFixed(1)} a second`,
      bar: `≤ ${FRAME_BAR_MS} ms`,
      reached: Math.round(quantile(frames, 0.95) * 10) / 10 <= FRAME_BAR_MS,
    },
    {
      what: `list of ${BOXES}: main thread for a tick of statistics`,
      figure: ms(median(ticks)),
      peer: `p95 ${ms(quantile(ticks, 0.95))}`,
      bar: `≤ ${TICK_BAR_MS} ms`,
      reached: median(ticks) <= TICK_BAR_MS,
    },
  ];
}

async function openList(context: BrowserContext, address: string): Promise<Page> {
  const page = await context.newPage();
  await page.addInitScript(markFeed);
  await page.goto(address);
  await page.getByRole('grid').getByRole('row').nth(10).waitFor();
  return page;
}

/** Milliseconds from the snapshot's arrival in the page to the picture with the first rows. */
async function firstRows(context: BrowserContext, address: string): Promise<number> {
  const page = await context.newPage();
  await page.addInitScript(markFeed);
  await page.addInitScript(() => {
    new MutationObserver((_, observer) => {
      if (!document.querySelector('[role=grid] [data-id]')) return;
      observer.disconnect();
      // The task after the next frame: its picture was handed over.
      requestAnimationFrame(() => setTimeout(() => performance.mark('rows')));
    }).observe(document, { childList: true, subtree: true });
  });
  await page.goto(address);
  await page.waitForFunction(() => performance.getEntriesByName('rows').length > 0);
  const took = await page.evaluate(() => {
    const at = (name: string) => performance.getEntriesByName(name)[0]?.startTime ?? Number.NaN;
    return at('rows') - at('snapshot');
  });
  await page.close();
  if (Number.isNaN(took)) throw new Error('no snapshot of the feed was seen');
  return took;
}

/** Milliseconds between pictures while a wheel is turned, down and up again. */
async function scrollFrames(page: Page): Promise<number[]> {
  await page.getByRole('grid').hover();
  await page.evaluate(() => {
    const frames: number[] = [];
    Object.assign(window, { frames });
    let last = 0;
    const step = (at: number) => {
      if (last) frames.push(at - last);
      last = at;
      requestAnimationFrame(step);
    };
    requestAnimationFrame(step);
  });
  const end = Date.now() + SCROLL_MS;
  let turn = 0;
  while (Date.now() < end) {
    turn += 1;
    await page.mouse.wheel(0, turn % 100 < 50 ? WHEEL_PX : -WHEEL_PX);
  }
  return page.evaluate(() => (window as unknown as { frames: number[] }).frames);
}

interface TraceEvent {
  name: string;
  pid: number;
  tid: number;
  /** Microseconds. */
  ts: number;
  dur?: number;
  /** Of the thread's own time, without what others had of the CPU. */
  tdur?: number;
  args: { name?: string };
}

/** CPU time of the page's main thread about each tick, in milliseconds: scripts, style, layout and painting, as Chromium traced it. */
async function tickTimes(page: Page, session: CDPSession): Promise<number[]> {
  const events: TraceEvent[] = [];
  session.on('Tracing.dataCollected', ({ value }) => events.push(...(value as unknown as TraceEvent[])));
  // Pointer and keyboard are elsewhere: only the figures move.
  await page.mouse.move(0, 0);
  await sleep(1000);
  await session.send('Tracing.start', {
    transferMode: 'ReportEvents',
    traceConfig: {
      includedCategories: ['toplevel', 'disabled-by-default-devtools.timeline', 'blink.user_timing'],
    },
  });
  await sleep(TICKS * 1000);
  const complete = new Promise((resolve) => session.once('Tracing.tracingComplete', resolve));
  await session.send('Tracing.end');
  await complete;
  const marks = events.filter(({ name }) => name === 'stats');
  if (marks.length < TICKS / 2) throw new Error(`${marks.length} ticks were traced in ${TICKS} s`);
  return marks.map((mark) => {
    const until = mark.ts + TICK_WINDOW_MS * 1000;
    const tasks = events.filter(
      ({ name, pid, tid, ts, dur = 0 }) =>
        name === 'RunTask' && pid === mark.pid && tid === mark.tid && ts + dur >= mark.ts && ts < until,
    );
    return sum(tasks.map(({ tdur = 0 }) => tdur)) / 1000;
  });
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
