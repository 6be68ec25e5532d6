import type { Page } from '@playwright/test';
import { expect, openBox, test } from './fixtures.ts';

/** Runs until it is asked to stop, and then ends at once. */
const WAIT = 'trap "exit 0" TERM; while :; do sleep 0.1; done';

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
  await dashboard.getByRole('link', { name: 'New box' }).click();
  await dashboard.getByLabel('Image', { exact: true }).fill('busybox');
  await dashboard
    .getByLabel('Command', { exact: true })
    .fill('sh -c "trap \'exit 3\' TERM; while :; do sleep 0.1; done"');
  await dashboard.getByLabel('Name', { exact: true }).fill('web-made');
  await dashboard.getByRole('button', { name: 'Create and start' }).click();
  await expect(dashboard.getByRole('heading', { name: 'web-made', level: 1 })).toBeVisible();
  await dashboard.getByRole('link', { name: 'Boxes', exact: true }).first().click();
  const row = dashboard.locator('[data-container="web-made"]');
  await expect(row.getByText('running')).toBeVisible();
  await row.getByRole('button', { name: 'Stop web-made' }).click();
  await expect(row.getByText('stopped 3')).toBeVisible();
  expect(await agent.ok(['inspect', '--format', '{{.State}}', 'web-made'])).toContain('stopped');
  await row.getByRole('button', { name: 'Start web-made', exact: true }).click();
  await expect(row.getByText('running')).toBeVisible();
  await row.getByRole('button', { name: 'More for web-made' }).click();
  await dashboard.getByRole('menuitem', { name: 'Remove…' }).click();
  await expect(dashboard.getByText('It is running and will be killed.')).toBeVisible();
  await dashboard.getByRole('button', { name: 'Remove web-made' }).click();
  await expect(row).toHaveCount(0);
});

test('the list without a mouse: search, move, stop, start, peek, remove; the focus stays in the list', async ({
  dashboard,
  agent,
}) => {
  for (const name of ['key-c', 'key-b', 'key-a']) {
    await agent.ok(['run', '-d', '--name', name, 'busybox', 'sh', '-c', `echo I am ${name}; ${WAIT}`]);
  }
  const { keyboard } = dashboard;
  const row = (name: string) => dashboard.locator(`[data-container="${name}"]`);
  const lines = (name: string) =>
    dashboard
      .getByRole('complementary', { name: `Peek: ${name}` })
      .getByRole('region', { name: 'Last log lines' })
      .getByRole('paragraph');
  await expect(row('key-a')).toBeVisible();
  await keyboard.press('/');
  await keyboard.type('key-');
  await keyboard.press('ArrowDown');
  await expect(row('key-a')).toBeFocused();
  await keyboard.press('j');
  await expect(row('key-b')).toBeFocused();
  await keyboard.press('s');
  await expect(row('key-b').getByText('stopped 0')).toBeVisible();
  await keyboard.press('s');
  await expect(row('key-b').getByText('running')).toBeVisible();
  await keyboard.press('p');
  await expect(lines('key-b')).toHaveText(['I am key-b', 'I am key-b']);
  await keyboard.press('ArrowDown');
  await expect(lines('key-c')).toHaveText(['I am key-c']);
  await keyboard.press('Escape');
  await expect(dashboard.getByRole('complementary', { name: /Peek/ })).toHaveCount(0);
  await keyboard.press('k');
  await keyboard.press('d');
  const confirm = dashboard.getByRole('button', { name: 'Remove key-b' });
  await expect(confirm).toBeVisible();
  while (!(await confirm.evaluate((element) => element === document.activeElement)))
    await keyboard.press('Tab');
  await keyboard.press('Enter');
  await expect(row('key-b')).toHaveCount(0);
  await expect(row('key-c')).toBeFocused();
  await keyboard.press('Enter');
  await expect(dashboard).toHaveURL(/\/containers\/view\/\?id=/);
});

test('the focus stays on its box when the order changes and boxes come', async ({ dashboard, agent }) => {
  await agent.ok(['create', '--name', 'order-m', 'busybox', 'true']);
  await agent.ok(['create', '--name', 'order-z', 'busybox', 'true']);
  const row = dashboard.locator('[data-container="order-m"]');
  await row.focus();
  await agent.ok(['create', '--name', 'order-a', 'busybox', 'true']);
  await expect(dashboard.locator('[data-container="order-a"]')).toBeVisible();
  await expect(row).toBeFocused();
  await dashboard.getByRole('button', { name: 'Name' }).evaluate((button: HTMLElement) => button.click());
  await expect(dashboard.getByRole('columnheader', { name: 'Name' })).toHaveAttribute(
    'aria-sort',
    'ascending',
  );
  await expect(row).toHaveAttribute('aria-rowindex', '3');
  await expect(row).toBeFocused();
});

test('many are ticked and stopped at once; one question removes them, naming them', async ({
  dashboard,
  agent,
}) => {
  for (const name of ['bulk-1', 'bulk-2', 'bulk-3', 'other']) {
    await agent.ok(['run', '-d', '--name', name, 'busybox', 'sh', '-c', WAIT]);
  }
  await dashboard.getByLabel('Search boxes').fill('bulk');
  await expect(dashboard.locator('[data-container]')).toHaveCount(3);
  await dashboard.getByRole('checkbox', { name: 'Select bulk-1' }).click();
  await dashboard.getByRole('checkbox', { name: 'Select bulk-3' }).click({ modifiers: ['Shift'] });
  const bar = dashboard.getByRole('region', { name: 'Selected boxes' });
  await expect(bar.getByText('3 selected')).toBeVisible();
  await bar.getByRole('button', { name: 'Stop' }).click();
  await expect(dashboard.getByText('Stopped 3 boxes')).toBeVisible();
  await expect(dashboard.getByRole('row').getByText('stopped 0')).toHaveCount(3);
  await bar.getByRole('button', { name: 'Remove' }).click();
  const question = dashboard.getByRole('dialog', { name: 'Remove 3 boxes?' });
  await expect(question.getByRole('listitem')).toHaveText(['bulk-3', 'bulk-2', 'bulk-1']);
  await question.getByRole('button', { name: 'Remove 3 boxes' }).click();
  await expect(dashboard.getByText('No box matches')).toBeVisible();
  await dashboard.getByRole('button', { name: 'Clear the filters' }).click();
  await expect(dashboard.locator('[data-container]')).toHaveCount(1);
});

test('filters are in the address, counted over what the others leave, and survive a reload', async ({
  dashboard,
  agent,
}) => {
  await agent.ok(['run', '-d', '--name', 'facet-up', '--label', 'team=shop', 'busybox', 'sleep', '1000']);
  await agent.ok(['run', '--name', 'facet-bad', '--label', 'team=shop', 'busybox', 'true']);
  expect((await agent.box(['run', '--name', 'facet-worse', 'busybox', 'false'])).code).toBe(1);
  await dashboard.getByRole('button', { name: 'Label' }).click();
  await dashboard.getByRole('checkbox', { name: 'team=shop' }).check();
  await dashboard.keyboard.press('Escape');
  await expect(dashboard.getByRole('button', { name: 'All 2' })).toBeVisible();
  await dashboard.getByRole('button', { name: 'Failed 0' }).click();
  await expect(dashboard.getByText('only failed')).toBeVisible();
  await expect(dashboard).toHaveURL(/state=failed/);
  await expect(dashboard).toHaveURL(/label=team/);
  await dashboard.reload();
  await expect(dashboard.getByText('label team=shop')).toBeVisible();
  await dashboard.getByRole('button', { name: 'Clear', exact: true }).click();
  await expect(dashboard.locator('[data-container]')).toHaveCount(3);
});

test('two people stop one box: both see it stopped, neither an error', async ({ dashboard, agent }) => {
  await agent.ok(['run', '-d', '--name', 'both', '--stop-timeout', '1', 'busybox', 'sleep', '1000']);
  const other = await dashboard.context().newPage();
  await other.goto(dashboard.url());
  const pages = [dashboard, other];
  const stop = (page: Page) => page.getByRole('button', { name: 'Stop both' });
  for (const page of pages) await expect(stop(page)).toBeVisible();
  const held = await Promise.all(pages.map(async (page) => await stop(page).elementHandle()));
  await Promise.all(held.map((button) => button?.evaluate((element) => (element as HTMLElement).click())));
  for (const page of pages) {
    await expect(page.locator('[data-container="both"]').getByText('stopped SIGKILL')).toBeVisible();
    await expect(page.getByRole('alertdialog')).toHaveCount(0);
    await expect(page.getByRole('dialog')).toHaveCount(0);
  }
  await other.close();
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
  await expect(dashboard.getByRole('tab', { name: 'Overview' })).toBeVisible();
  expect(await narrow()).toBeLessThanOrEqual(390);
  await dashboard.keyboard.press(']');
  await expect(dashboard.getByRole('log')).toBeVisible();
  expect(await narrow()).toBeLessThanOrEqual(390);
  await dashboard.keyboard.press(']');
  await expect(dashboard.getByTestId('terminal-state')).toBeVisible();
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
