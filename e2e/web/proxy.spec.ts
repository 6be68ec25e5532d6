import type { Page } from '@playwright/test';
import { TestAgent } from '../harness/agent.ts';
import { apiOf } from '../harness/api.ts';
import { allowPlainHttp } from '../harness/registry.ts';
import { expect, openBox, test as plain, signInLink } from './fixtures.ts';
import { TestProxy } from './proxy.ts';
import { HeldRegistry, sampleImage } from './sample-image.ts';

const AGENT_PORT = 7430;
const PROXY_PORT = 7431;
/** Nothing came for 5 s, then the list is asked for, and again after 5 s. */
const POLLED_MS = 20_000;

/** An agent that is reached through a proxy. */
const test = plain.extend<object, { behind: { agent: TestAgent; proxy: TestProxy } }>({
  behind: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the pattern to know the dependencies
    async ({}, use) => {
      await using agent = await TestAgent.start({
        BOXYARD_LISTEN: `127.0.0.1:${AGENT_PORT}`,
        BOXYARD_HOSTS: `127.0.0.1:${PROXY_PORT}`,
      });
      await using proxy = await TestProxy.start({ port: PROXY_PORT, agentPort: AGENT_PORT });
      await use({ agent, proxy });
    },
    { scope: 'worker' },
  ],
});

test.beforeEach(({ behind: { proxy } }) => {
  Object.assign(proxy.ways, { upgrades: 'pass', bodies: 'stream' });
  proxy.paths.length = 0;
});
test.afterEach(async ({ behind: { agent } }) => {
  const ids = await agent.ok(['ps', '-aq', '--no-trunc']);
  if (ids) await agent.ok(['rm', '-f', ...ids.split('\n')]);
});

/** Signs in and goes to the list of boxes. */
async function openBoxes(page: Page, agent: TestAgent): Promise<void> {
  await page.goto(await signInLink(agent));
  await expect(page.getByRole('heading', { name: 'Overview', exact: true })).toBeVisible();
  await page.getByRole('link', { name: 'Boxes', exact: true }).click();
}
const run = (agent: TestAgent, name: string) =>
  agent.ok(['run', '-d', '--name', name, 'busybox', 'sleep', '1000']);
const box = (page: Page, name: string) => page.getByRole('main').getByRole('link', { name, exact: true });

test('a proxy that refuses WebSockets: boxes stay live, the page says what does not work, and recovers', async ({
  page,
  behind: { agent, proxy },
}) => {
  proxy.ways.upgrades = 'refuse';
  await openBoxes(page, agent);
  await expect(page.getByText('a proxy blocks WebSockets')).toBeVisible();
  await run(agent, 'px-live');
  await expect(box(page, 'px-live')).toBeVisible();
  await openBox(page, 'px-live', 'Logs');
  await expect(page.getByText('blocked by a proxy').first()).toBeVisible();
  proxy.ways.upgrades = 'pass';
  await page.getByRole('button', { name: 'Try again' }).first().click();
  await expect(page.getByText('live', { exact: true })).toBeVisible();
  await expect(page.getByText('a proxy blocks WebSockets')).toHaveCount(0);
  await expect(page.getByText('following')).toBeVisible();
  await expect(page.getByText('blocked by a proxy')).toHaveCount(0);
});

test('a pull is told of without WebSockets too, to tabs that come later as well', async ({
  page,
  context,
  behind: { agent, proxy },
}) => {
  await using held = await HeldRegistry.start();
  allowPlainHttp(agent, held.registry.host);
  proxy.ways.upgrades = 'refuse';
  await openBoxes(page, agent);
  await expect(page.getByText('a proxy blocks WebSockets')).toBeVisible();
  const name = held.registry.add('team/slow', sampleImage());
  await apiOf(agent).mutate('images.pull', { image: name });
  await expect(page.getByRole('button', { name: 'Tasks, 1 running' })).toBeVisible();
  const later = await context.newPage();
  await later.goto(page.url());
  await expect(later.getByRole('button', { name: 'Tasks, 1 running' })).toBeVisible();
  held.release();
  await expect(later.getByText(/^Pull .*: done$/)).toBeVisible();
  await expect(page.getByRole('button', { name: 'Tasks', exact: true })).toBeVisible();
  await later.close();
});

test('all tabs share one answer that does not end; another tab takes over when its reader goes', async ({
  page,
  context,
  behind: { agent, proxy },
}) => {
  proxy.ways.upgrades = 'refuse';
  await openBoxes(page, agent);
  await expect(page.getByText('a proxy blocks WebSockets')).toBeVisible();
  const others = await Promise.all(Array.from({ length: 7 }, () => context.newPage()));
  for (const other of others) {
    await other.goto('about:blank');
    await other.goto(new URL('/containers/', page.url()).href);
  }
  await run(agent, 'px-shared');
  for (const tab of [page, ...others]) await expect(box(tab, 'px-shared')).toBeVisible();
  const feeds = () => proxy.paths.filter((path) => path === '/feed').length;
  expect(feeds()).toBe(1);
  await page.close();
  await expect.poll(feeds).toBe(2);
  await run(agent, 'px-after');
  for (const tab of others) await expect(box(tab, 'px-after')).toBeVisible();
});

test('a proxy that also holds answers back: the list is asked for again and again, and the page says so', async ({
  page,
  behind: { agent, proxy },
}) => {
  Object.assign(proxy.ways, { upgrades: 'refuse', bodies: 'buffer' });
  await openBoxes(page, agent);
  await expect(page.getByText('boxes are asked for every 5 s')).toBeVisible({ timeout: POLLED_MS });
  await run(agent, 'px-polled');
  await expect(box(page, 'px-polled')).toBeVisible({ timeout: POLLED_MS });
  await agent.ok(['rm', '-f', 'px-polled']);
  await expect(box(page, 'px-polled')).toHaveCount(0, { timeout: POLLED_MS });
});

test('connections that are cut are made again before anybody need know', async ({
  page,
  behind: { agent, proxy },
}) => {
  await openBoxes(page, agent);
  await expect(page.getByText('live', { exact: true })).toBeVisible();
  await page.evaluate(() => {
    const seen = new MutationObserver(() => {
      if (document.body.textContent?.includes('not been reachable')) document.body.dataset.told = 'yes';
    });
    seen.observe(document.body, { childList: true, subtree: true, characterData: true });
  });
  for (let time = 0; time < 5; time++) {
    proxy.cut();
    await run(agent, `px-cut-${time}`);
    await expect(box(page, `px-cut-${time}`)).toBeVisible();
  }
  expect(await page.evaluate(() => document.body.dataset.told)).toBeUndefined();
});
