import type { Page } from '@playwright/test';
import { expect, test } from './fixtures.ts';

const BOXES = 1000;
/** Of them, at the top of the list: as many as a window shows. */
const RUNNING = 20;
/** Each has a row of figures a second. */
const TICKS = 10;
/** What a page of a thousand would put into the document if it drew them all. */
const ROWS_MAX = 100;

test.setTimeout(300_000);

test('a thousand boxes: few rows exist, all are reached, figures and scrolling are cheap', async ({
  dashboard,
  agent,
}) => {
  await create(dashboard, BOXES - RUNNING, 'many');
  for (let index = 0; index < RUNNING; index++)
    await agent.ok([
      'run',
      '-d',
      '--name',
      `busy-${index}`,
      'busybox',
      'sh',
      '-c',
      'while :; do sleep 1; done',
    ]);

  await dashboard.addInitScript(noteSnapshot);
  await dashboard.reload();
  const rows = dashboard.locator('[role=row][data-id]');
  await expect(dashboard.getByRole('button', { name: `All ${BOXES}` })).toBeVisible();
  await expect(dashboard.getByRole('grid')).toHaveAttribute('aria-rowcount', String(BOXES + 1));
  const first = await dashboard.evaluate(() => {
    const { snapshotAt, rowAt } = window as unknown as { snapshotAt: number; rowAt: number };
    return rowAt - snapshotAt;
  });
  console.log(`first row ${first.toFixed(0)} ms after the snapshot of ${BOXES} arrived`);

  expect(await rows.count()).toBeLessThan(ROWS_MAX);
  await expect(
    dashboard.locator('[data-container="busy-3"]').getByRole('img', { name: /^CPU/ }),
  ).toBeVisible();
  const withRows = await busyMilliseconds(dashboard, TICKS);
  await dashboard.getByLabel('Search boxes').fill('no such box');
  await expect(dashboard.getByText('No box matches')).toBeVisible();
  const without = await busyMilliseconds(dashboard, TICKS);
  console.log(
    `a second of figures: ${withRows.toFixed(1)} ms of the main thread, ${without.toFixed(1)} ms of it without rows`,
  );
  await dashboard.getByLabel('Search boxes').fill('');
  await expect(rows.first()).toBeVisible();

  const { frames, slow, longest } = await scroll(dashboard);
  console.log(
    `scrolling: ${frames} frames a second, ${slow} later than 34 ms, the longest ${longest.toFixed(0)} ms`,
  );
  expect(await rows.count()).toBeLessThan(ROWS_MAX);

  await rows.first().focus();
  await dashboard.keyboard.press('End');
  // Several were made at a time: which of them is the oldest is not known.
  await expect(dashboard.locator(`[role=row][aria-rowindex="${BOXES + 1}"]`)).toBeFocused();

  const typed = await dashboard.evaluate(() => performance.now());
  await dashboard.getByLabel('Search boxes').fill('many-777');
  await expect(rows).toHaveCount(1);
  console.log(`search: ${((await dashboard.evaluate(() => performance.now())) - typed).toFixed(0)} ms`);
  await dashboard.getByLabel('Search boxes').fill('many');
  await dashboard.getByRole('checkbox', { name: /^Select all/ }).click();
  const bar = dashboard.getByRole('region', { name: 'Selected boxes' });
  await expect(bar.getByText(`${BOXES - RUNNING} selected`)).toBeVisible();
  await bar.getByRole('button', { name: 'Remove' }).click();
  await expect(dashboard.getByText(`and ${BOXES - RUNNING - 12} more`)).toBeVisible();
  await dashboard.getByRole('button', { name: `Remove ${BOXES - RUNNING} boxes` }).click();
  await expect(dashboard.getByText(`Removed ${BOXES - RUNNING} boxes`)).toBeVisible({ timeout: 120_000 });
  await dashboard.getByRole('button', { name: 'Clear', exact: true }).first().click();
  await expect(dashboard.getByRole('button', { name: `All ${RUNNING}` })).toBeVisible();
});

/** Through the API as this browser's session: a thousand commands would take a minute. */
async function create(page: Page, count: number, name: string): Promise<void> {
  await page.evaluate(
    async ([total, prefix]) => {
      const headers = {
        'content-type': 'application/json',
        'x-boxyard-session': localStorage.getItem('boxyard.session') ?? '',
      };
      let next = 0;
      const lane = async () => {
        while (next < total) {
          const body = JSON.stringify({
            image: 'busybox',
            name: `${prefix}-${next++}`,
            command: ['sleep', '1000'],
          });
          const answer = await fetch('/trpc/containers.create', { method: 'POST', headers, body });
          if (!answer.ok) throw new Error(await answer.text());
        }
      };
      await Promise.all([lane(), lane(), lane(), lane()]);
    },
    [count, name] as const,
  );
}

/** Runs in the page before it loads: when the snapshot came, and when the first row stood. */
function noteSnapshot(): void {
  const SNAPSHOT_BYTES = 100_000;
  const noted = window as unknown as { snapshotAt?: number; rowAt?: number };
  const add = WebSocket.prototype.addEventListener;
  let received = 0;
  window.WebSocket = class extends WebSocket {
    constructor(url: string | URL, protocols?: string | string[]) {
      super(url, protocols);
      add.call(this, 'message', (event) => {
        const { data } = event as MessageEvent<ArrayBuffer>;
        received += data.byteLength;
        if (received > SNAPSHOT_BYTES) noted.snapshotAt ??= performance.now();
      });
    }
  };
  new MutationObserver((_changes, observer) => {
    if (!document.querySelector('[role=row][data-id]')) return;
    noted.rowAt = performance.now();
    observer.disconnect();
  }).observe(document, { childList: true, subtree: true });
}

/** Milliseconds of the main thread a second, of everything that the page does. */
async function busyMilliseconds(page: Page, seconds: number): Promise<number> {
  const session = await page.context().newCDPSession(page);
  // Of the processor, so that what else this machine does is not counted.
  await session.send('Performance.enable', { timeDomain: 'threadTicks' });
  const busy = async () => {
    const { metrics } = await session.send('Performance.getMetrics');
    const seconds = (name: string) => metrics.find((metric) => metric.name === name)?.value ?? 0;
    return 1000 * seconds('TaskDuration');
  };
  const before = await busy();
  await page.evaluate((wait) => new Promise((resolve) => setTimeout(resolve, wait * 1000)), seconds);
  const spent = (await busy()) - before;
  await session.detach();
  return spent / seconds;
}

/** Scrolls from top to bottom at 3000 px a second, as a wheel does, and looks at the frames. */
function scroll(page: Page): Promise<{ frames: number; slow: number; longest: number }> {
  return page.getByRole('grid').evaluate(
    (grid) =>
      new Promise((resolve) => {
        const PIXELS_A_MS = 3;
        const SLOW_MS = 34;
        const begin = performance.now();
        let before = begin;
        const gaps: number[] = [];
        const frame = (now: number) => {
          gaps.push(now - before);
          before = now;
          grid.scrollTop = (now - begin) * PIXELS_A_MS;
          if (grid.scrollTop + grid.clientHeight < grid.scrollHeight - 1) {
            requestAnimationFrame(frame);
            return;
          }
          resolve({
            frames: Math.round((gaps.length * 1000) / (now - begin)),
            slow: gaps.filter((gap) => gap > SLOW_MS).length,
            longest: Math.max(...gaps),
          });
        };
        requestAnimationFrame(frame);
      }),
  );
}
