import { expect, signIn, test } from './fixtures.ts';
import { sessions } from './terminals.ts';
import { footprint, lookAround, wakeUps } from './use.ts';

const ROUNDS = Number(process.env.BOXYARD_ROUNDS ?? 20);
const QUIET_MS = 20_000;
/** Somebody's forgotten second would wake it 20 times in this time; everything is looked at every 10 s, a few turns of the loop each. */
const WAKE_UPS_MAX = 15;
/** Descriptors that the agent opens at its own time and keeps: its upkeep looks into the database. Far fewer than the rounds. */
const MADE_ONCE = 5;
/** As many as there are pages, and a first look at each. */
const WARM_ROUNDS = 7;
/** Connections that are kept alive for the next request, screens for who comes back. */
const CALM_MS = 30_000;

function descriptors(pid: number): number {
  return Object.values(footprint(pid).descriptors).reduce((sum, count) => sum + count, 0);
}

/** Waits until nothing was closed for a while. */
async function settled(pid: number): Promise<void> {
  let last = Number.NaN;
  await expect
    .poll(
      () => {
        const now = descriptors(pid);
        const same = now === last;
        last = now;
        return same;
      },
      { intervals: [CALM_MS / 6], timeout: CALM_MS },
    )
    .toBe(true);
}

/** How often the agent wakes up while nobody looks. */
async function wakesInQuiet(pid: number): Promise<number> {
  const before = wakeUps(pid);
  await new Promise((resolve) => setTimeout(resolve, QUIET_MS));
  return wakeUps(pid) - before;
}

test(`after ${ROUNDS} rounds of pages, logs and terminals the agent holds and does what it did before`, async ({
  page,
  context,
  agent,
}) => {
  test.setTimeout(240_000 + ROUNDS * 15_000);
  const box = await agent.ok(['run', '-dit', '--name', 'web-idle', 'busybox', 'sh']);
  await signIn(page, agent);
  const { origin } = new URL(page.url());
  // What is made at the first use and kept: workers, inotify, the screen of this box.
  for (let round = 0; round < WARM_ROUNDS; round++) await lookAround(page, box, round);
  await page.goto('about:blank');
  await settled(agent.pid);
  const before = descriptors(agent.pid);
  await page.goto(origin);
  for (let round = 0; round < ROUNDS; round++) await lookAround(page, box, round);
  await page.goto('about:blank');
  await expect
    .poll(() => descriptors(agent.pid) - before, { timeout: CALM_MS })
    .toBeLessThanOrEqual(MADE_ONCE);
  let wakes = 0;
  // Upkeep of the agent may fall into one quiet time, not into each.
  await expect
    .poll(
      async () => {
        wakes = await wakesInQuiet(agent.pid);
        return wakes;
      },
      { timeout: 4 * QUIET_MS },
    )
    .toBeLessThanOrEqual(WAKE_UPS_MAX);
  console.log(
    `descriptors ${before} before, ${descriptors(agent.pid)} after; ${wakes} wake-ups in ${QUIET_MS / 1000} s`,
  );
  expect(await sessions(agent, 'web-idle')).toMatchObject([{ viewers: 0 }]);
  expect(context.pages()).toHaveLength(1);
  await agent.ok(['rm', '-f', 'web-idle']);
});
