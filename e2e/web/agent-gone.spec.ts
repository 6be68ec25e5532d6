import type { Page } from '@playwright/test';
import { expect, test } from './fixtures.ts';

const TALK = 'i=0; trap "exit 0" TERM; while :; do i=$((i+1)); echo line $i; sleep 0.2; done';
/** Every page but those of one box, with words that came from the agent. */
const PAGES: readonly (readonly [path: string, words: string | RegExp])[] = [
  ['/', /gone-failed/],
  ['/containers/', 'gone-talk'],
  ['/containers/new/', 'Create and start'],
  ['/logs/?boxes=gone-talk', /^line \d+$/],
  ['/terminals/', 'gone-shell'],
  ['/images/', 'busybox:latest'],
  ['/events/', 'gone-failed'],
  ['/settings/?tab=sessions', 'this browser'],
  ['/settings/?tab=diagnostics', 'OverlayFS'],
  ['/settings/?tab=audit', 'session.signIn'],
];

type Marked = Window & { stays?: boolean };
const main = (page: Page) => page.getByRole('main');

test('an agent that is killed is told on every page, what is shown stays, and the next one goes on with it', async ({
  dashboard,
  agent,
  context,
}) => {
  test.setTimeout(120_000);
  await agent.ok(['run', '-d', '--name', 'gone-talk', 'busybox', 'sh', '-c', TALK]);
  await agent.ok(['run', '-dit', '--name', 'gone-shell', 'busybox', 'sh']);
  await agent.box(['run', '--name', 'gone-failed', 'busybox', 'sh', '-c', 'exit 3']);
  const shown: { page: Page; path: string; words: string | RegExp }[] = [];
  for (const [path, words] of PAGES) {
    const page = await context.newPage();
    await page.goto(new URL(path, dashboard.url()).href);
    await expect(main(page).getByText(words).first()).toBeVisible();
    await expect(page.getByText('live', { exact: true })).toBeVisible();
    await page.evaluate(() => {
      (window as Marked).stays = true;
    });
    shown.push({ page, path, words });
  }

  await agent.kill9();
  for (const { page, path, words } of shown) {
    await expect(page.getByText(/not been reachable since \d\d:\d\d:\d\d/), path).toBeVisible();
    await expect(main(page).getByText(words).first(), path).toBeVisible();
  }

  await agent.launch();
  await agent.ok(['create', '--name', 'gone-new', 'busybox', 'true']);
  for (const { page, path, words } of shown) {
    await expect(page.getByText('live', { exact: true }), path).toBeVisible();
    await expect(page.getByText('not been reachable'), path).toHaveCount(0);
    await expect(main(page).getByText(words).first(), path).toBeVisible();
    if (path === '/containers/' || path === '/events/')
      await expect(main(page).getByText('gone-new').first(), path).toBeVisible();
    expect(await page.evaluate(() => (window as Marked).stays), path).toBe(true);
    await page.close();
  }
});
