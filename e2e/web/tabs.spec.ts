import { expect, signIn, test } from './fixtures.ts';

/** Browsers give a host six connections over HTTP/1.1 for all tabs: a dashboard that holds one a tab stops at the seventh. */
const TABS = 12;
const OPEN_MS = 5_000;

test('twelve tabs are all live, a thirteenth opens as fast as the first', async ({
  page,
  context,
  agent,
}) => {
  await signIn(page, agent);
  const address = new URL('/containers/', page.url()).href;
  for (let tab = 1; tab < TABS; tab++) await (await context.newPage()).goto(address);
  for (const tab of context.pages()) await expect(tab.getByText('live', { exact: true })).toBeVisible();
  const before = Date.now();
  const last = await context.newPage();
  await last.goto(address);
  await expect(last.getByText('live', { exact: true })).toBeVisible();
  expect(Date.now() - before).toBeLessThan(OPEN_MS);
  await agent.ok(['run', '-d', '--name', 'web-tabs', 'busybox', 'sleep', '1000']);
  for (const tab of context.pages().slice(1)) {
    await expect(tab.getByRole('link', { name: 'web-tabs', exact: true })).toBeVisible();
  }
  await agent.ok(['rm', '-f', 'web-tabs']);
});
