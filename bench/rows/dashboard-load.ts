import { setTimeout as sleep } from 'node:timers/promises';
import type { BrowserContext } from '@playwright/test';
import { signedInBrowser } from '../browser.ts';
import { median, quantile } from '../measure.ts';
import { ms, type Row } from '../table.ts';
import type { World } from '../world.ts';

const LOADS = 7;
const LCP_BAR_MS = 1000;
/** What Lighthouse calls good (web.dev/articles/cls, /tbt). */
const SHIFT_BAR = 0.1;
const BLOCKED_BAR_MS = 200;
/** A task that keeps a press waiting noticeably begins here; only what is beyond counts as blocked. */
const LONG_TASK_MS = 50;
/** After the page is live: late shifts and paints count too. */
const SETTLE_MS = 700;

interface Load {
  /** Largest contentful paint, milliseconds after the navigation began. */
  paint: number;
  /** Sum of the layout shifts without input. */
  shift: number;
  /** Milliseconds that tasks took beyond 50 ms each. */
  blocked: number;
}

/** What a person sees of pages that are loaded with nothing in the browser's cache. */
export async function loadRows(world: World): Promise<Row[]> {
  const { id } = await world.call<{ id: string }>('containers.create', {
    image: 'busybox',
    name: 'talks',
    command: ['sh', '-c', 'seq 2000; sleep 1000000'],
  });
  await world.call('containers.start', { container: id });
  await using browser = await signedInBrowser(world);
  const rows: Row[] = [];
  for (const path of ['/', '/containers/', `/containers/view/?id=${id}&tab=logs`]) {
    const address = new URL(path, browser.page.url()).href;
    const loads: Load[] = [];
    for (let load = 0; load < LOADS; load++) loads.push(await coldLoad(browser.context, address));
    rows.push(...rowsOf(path.replace(/id=\w+&/, ''), loads));
  }
  await world.call('containers.remove', { container: id, force: true });
  return rows;
}

async function coldLoad(context: BrowserContext, address: string): Promise<Load> {
  const page = await context.newPage();
  const session = await context.newCDPSession(page);
  await session.send('Network.setCacheDisabled', { cacheDisabled: true });
  await page.addInitScript(observe);
  await page.goto(address);
  await page.getByText('live', { exact: true }).waitFor();
  await sleep(SETTLE_MS);
  const seen = await page.evaluate(() => (window as unknown as { seen: Seen }).seen);
  await page.close();
  return {
    paint: seen.paint,
    shift: seen.shift,
    blocked: seen.tasks.reduce((sum, duration) => sum + Math.max(0, duration - LONG_TASK_MS), 0),
  };
}

interface Seen {
  paint: number;
  shift: number;
  tasks: number[];
}

/** Runs in the page before its own scripts. */
function observe(): void {
  const seen: Seen = { paint: 0, shift: 0, tasks: [] };
  Object.assign(window, { seen });
  const follow = (type: string, take: (entry: PerformanceEntry) => void) =>
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) take(entry);
    }).observe({ type, buffered: true });
  follow('largest-contentful-paint', ({ startTime }) => {
    seen.paint = startTime;
  });
  follow('layout-shift', (entry) => {
    const { value, hadRecentInput } = entry as PerformanceEntry & { value: number; hadRecentInput: boolean };
    if (!hadRecentInput) seen.shift += value;
  });
  follow('longtask', ({ duration }) => {
    seen.tasks.push(duration);
  });
}

function rowsOf(path: string, loads: readonly Load[]): Row[] {
  const paints = loads.map(({ paint }) => paint);
  const blocked = loads.map((load) => load.blocked);
  const shift = Math.max(...loads.map((load) => load.shift));
  return [
    {
      what: `largest contentful paint of ${path}, cold`,
      figure: ms(median(paints)),
      peer: `p95 ${ms(quantile(paints, 0.95))}`,
      bar: `≤ ${LCP_BAR_MS} ms`,
      reached: median(paints) <= LCP_BAR_MS,
    },
    {
      what: '  blocked beyond 50 ms tasks',
      figure: ms(median(blocked)),
      peer: `p95 ${ms(quantile(blocked, 0.95))}`,
      bar: `≤ ${BLOCKED_BAR_MS} ms`,
      reached: median(blocked) <= BLOCKED_BAR_MS,
    },
    {
      what: '  layout shift, the worst load',
      figure: shift.toFixed(3),
      peer: '',
      bar: `≤ ${SHIFT_BAR}`,
      reached: shift <= SHIFT_BAR,
    },
  ];
}
