import type { Page } from '@playwright/test';
import { expect, openBox, test } from './fixtures.ts';

test('boxes made on the command line appear, change and go without a reload', async ({
  dashboard,
  agent,
}) => {
  await agent.ok(['run', '-d', '--name', 'web-live', 'busybox', 'sleep', '1000']);
  const row = dashboard.locator('[data-container="web-live"]');
  await expect(row.getByText('running')).toBeVisible();
  await agent.ok(['kill', 'web-live']);
  await expect(row.getByText('stopped SIGKILL')).toBeVisible();
  await agent.ok(['rm', 'web-live']);
  await expect(row).toHaveCount(0);
});

test('a box is made, stopped, started and removed by its buttons', async ({ dashboard, agent }) => {
  await dashboard.getByRole('button', { name: 'New box' }).click();
  await dashboard.getByLabel('Command').fill('sh -c "trap \'exit 3\' TERM; while :; do sleep 0.1; done"');
  await dashboard.getByLabel('Name').fill('web-made');
  await dashboard.getByRole('button', { name: 'Create and start' }).click();
  const row = dashboard.locator('[data-container="web-made"]');
  await expect(row.getByText('running')).toBeVisible();
  await row.getByRole('button', { name: 'Stop web-made' }).click();
  await expect(row.getByText('stopped 3')).toBeVisible();
  expect(await agent.ok(['inspect', '--format', '{{.State}}', 'web-made'])).toContain('stopped');
  await row.getByRole('button', { name: 'Start web-made', exact: true }).click();
  await expect(row.getByText('running')).toBeVisible();
  await row.getByRole('button', { name: 'Stop web-made' }).click();
  await row.getByRole('button', { name: 'Remove web-made' }).click();
  await expect(row).toHaveCount(0);
});

test('what is wrong with a wish is said beside the form, and what was typed stays', async ({ dashboard }) => {
  await dashboard.getByRole('button', { name: 'New box' }).click();
  await dashboard.getByLabel('Image').fill('nosuch');
  await dashboard.getByRole('button', { name: 'Create and start' }).click();
  await expect(dashboard.getByRole('alert').getByText("no image 'nosuch'")).toBeVisible();
  await expect(dashboard.getByLabel('Image')).toHaveValue('nosuch');
});

test('names and output of HTML stay text', async ({ dashboard, agent }) => {
  await agent.ok([
    'run',
    '-d',
    '--name',
    'web-html',
    '--label',
    'x=<img src=x onerror=alert(1)>',
    'busybox',
    'sh',
    '-c',
    'echo "<script>alert(1)</script><b>bold</b>"; sleep 1000',
  ]);
  await openBox(dashboard, 'web-html', 'Logs');
  await expect(dashboard.getByRole('log').getByText('<script>alert(1)</script><b>bold</b>')).toBeVisible();
});

test('one connection carries list, logs and terminal; the whole way by keyboard; nothing is cut off at 390 px', async ({
  dashboard,
  agent,
}) => {
  const sockets: string[] = [];
  dashboard.on('websocket', (socket) => sockets.push(socket.url()));
  await dashboard.setViewportSize({ width: 390, height: 800 });
  await agent.ok(['run', '-dit', '--name', 'web-keys', '--label', 'a=b', 'busybox', 'sh']);
  await dashboard.reload();
  const narrow = () => dashboard.evaluate(() => document.documentElement.scrollWidth);
  await expect(dashboard.getByRole('link', { name: 'web-keys' })).toBeVisible();
  expect(await narrow()).toBeLessThanOrEqual(390);
  await press(dashboard, 'web-keys');
  await expect(dashboard.getByRole('log')).toBeVisible();
  expect(await narrow()).toBeLessThanOrEqual(390);
  await press(dashboard, 'Terminal');
  await expect(dashboard.getByText('● live')).toBeVisible();
  expect(await narrow()).toBeLessThanOrEqual(390);
  expect(sockets).toHaveLength(1);
});

/** Goes on with Tab until the focus is on the link of that name, and presses Enter. */
async function press(page: Page, name: string): Promise<void> {
  for (let tabs = 0; tabs < 30; tabs++) {
    await page.keyboard.press('Tab');
    if ((await page.evaluate(() => document.activeElement?.textContent)) === name)
      return page.keyboard.press('Enter');
  }
  throw new Error(`the Tab key never reaches ${name}`);
}
