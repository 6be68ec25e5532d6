import type { Page } from '@playwright/test';
import { expect, test } from './fixtures.ts';

const TALK = 'i=0; trap "exit 0" TERM; while :; do i=$((i+1)); echo line $i; sleep 0.1; done';
const here = (page: Page, path: string) => new URL(path, page.url()).href;
const TABS = ['Overview', 'Logs', 'Terminal', 'Stats', 'Config', 'Inspect'];

test('a box is found by its name, and says how it is, what runs in it and what it wrote last', async ({
  dashboard,
  agent,
}) => {
  await agent.ok(['run', '-d', '--name', 'page-up', '--label', 'team=shop', 'busybox', 'sh', '-c', TALK]);
  await dashboard.goto(here(dashboard, '/containers/view/?id=page-up'));
  await expect(dashboard).toHaveTitle(/page-up/);
  const state = dashboard.getByRole('region', { name: 'State' });
  await expect(state.getByText(/^Running since/)).toBeVisible();
  await expect(state.getByText('busybox', { exact: true })).toBeVisible();
  await expect(
    dashboard.getByRole('region', { name: 'Processes of page-up' }).getByText('sleep 0.1', { exact: true }),
  ).toBeVisible();
  const log = dashboard.getByRole('region', { name: 'Last log lines' });
  await expect(log.getByText('line 30', { exact: true })).toBeVisible();
  await expect(log.getByRole('paragraph')).toHaveCount(10);
  await expect(dashboard.getByRole('region', { name: 'Recent events' }).getByText('start')).toBeVisible();
  await expect(dashboard.getByRole('region', { name: 'Labels' }).getByText('shop')).toBeVisible();
  await expect(
    dashboard.getByRole('img', { name: /^CPU of page-up over the last minute, now \d/ }),
  ).toBeVisible();
});

test('a box that failed says why in a sentence', async ({ dashboard, agent }) => {
  expect((await agent.box(['run', '--name', 'page-bad', 'busybox', 'sh', '-c', 'exit 7'])).code).toBe(7);
  await dashboard.goto(here(dashboard, '/containers/view/?id=page-bad'));
  await expect(
    dashboard.getByRole('region', { name: 'State' }).getByText(/Its program ended with code 7 after/),
  ).toBeVisible();
});

test('tabs are in the address, turned by [ and ], and the page is started, stopped and renamed by keys and menu', async ({
  dashboard,
  agent,
}) => {
  await agent.ok(['run', '-d', '--name', 'page-keys', 'busybox', 'sh', '-c', TALK]);
  await dashboard.goto(here(dashboard, '/containers/view/?id=page-keys&tab=config'));
  const tab = (name: string) => dashboard.getByRole('main').getByRole('tab', { name, exact: true });
  await expect(tab('Config')).toHaveAttribute('aria-selected', 'true');
  await dashboard.keyboard.press(']');
  await expect(tab('Inspect')).toHaveAttribute('aria-selected', 'true');
  await expect(dashboard).toHaveURL(/tab=inspect/);
  await dashboard.goBack();
  await expect(tab('Config')).toHaveAttribute('aria-selected', 'true');
  await dashboard.keyboard.press('s');
  await expect(dashboard.getByText('stopped 0')).toBeVisible();
  await dashboard.keyboard.press('s');
  await expect(dashboard.getByText('running', { exact: true })).toBeVisible();
  await dashboard.getByRole('button', { name: 'More for page-keys' }).click();
  await dashboard.getByRole('menuitem', { name: 'Rename…' }).click();
  await dashboard.getByLabel('Name', { exact: true }).fill('no/good');
  await dashboard.getByRole('button', { name: 'Rename', exact: true }).click();
  await expect(dashboard.getByText(/a name starts with a letter or digit/)).toBeVisible();
  await dashboard.getByLabel('Name', { exact: true }).fill('page-renamed');
  await dashboard.getByRole('button', { name: 'Rename', exact: true }).click();
  await expect(dashboard.getByRole('heading', { name: 'page-renamed', level: 1 })).toBeAttached();
});

test('values that look like secrets are not on the page until somebody asks', async ({
  dashboard,
  agent,
}) => {
  await agent.ok([
    ...['create', '--name', 'page-env', '-e', 'DB_PASSWORD=hunter2', '-e', 'MODE=a=b', '-v', '/tmp:/data:ro'],
    ...['--cap-drop', 'ALL', '--cap-add', 'CHOWN', 'busybox', 'true'],
  ]);
  await dashboard.goto(here(dashboard, '/containers/view/?id=page-env&tab=config'));
  await expect(dashboard.getByText('a=b', { exact: true })).toBeVisible();
  expect(await dashboard.content()).not.toContain('hunter2');
  await dashboard.getByRole('button', { name: 'Show DB_PASSWORD' }).click();
  await expect(dashboard.getByText('hunter2')).toBeVisible();
  await expect(dashboard.getByRole('row', { name: /\/data \/tmp read-only/ })).toBeVisible();
  await expect(dashboard.getByText('chown', { exact: true })).toBeVisible();
});

test('inspect shows state and plan, and finds words in them', async ({ dashboard, agent }) => {
  await agent.ok(['create', '--name', 'page-inspect', 'busybox', 'true']);
  await dashboard.goto(here(dashboard, '/containers/view/?id=page-inspect&tab=inspect'));
  const search = dashboard.getByRole('searchbox', { name: /^Search: Configuration/ });
  await search.fill('page-INSPECT');
  await expect(dashboard.getByText(/^1 of \d/)).toBeVisible();
  await search.press('Enter');
  await expect(dashboard.getByText(/^2 of \d/)).toBeVisible();
  await dashboard.getByRole('button', { name: 'Plan', exact: true }).click();
  await expect(dashboard.getByRole('region', { name: 'Plan of page-inspect' })).toContainText('mount');
});

test('charts have a table that says the same, and no figures before there are any', async ({
  dashboard,
  agent,
}) => {
  await agent.ok(['create', '--name', 'page-never', 'busybox', 'true']);
  await dashboard.goto(here(dashboard, '/containers/view/?id=page-never&tab=stats'));
  await expect(
    dashboard.getByRole('region', { name: 'Memory' }).getByText('No data for this time'),
  ).toBeVisible();
  await agent.ok(['run', '-d', '--name', 'page-stats', 'busybox', 'sh', '-c', 'while :; do :; done']);
  await dashboard.goto(here(dashboard, '/containers/view/?id=page-stats&tab=stats'));
  const cpu = dashboard.getByRole('region', { name: /^CPU/ });
  await expect(cpu.locator('canvas')).toBeVisible();
  await expect(cpu.getByRole('row', { name: 'CPU' }).getByRole('cell').last()).toHaveText(/^\d.*%$/);
  await dashboard.getByRole('button', { name: '2 hours' }).click();
  await expect(dashboard).toHaveURL(/range=2h/);
});

test('a box that is removed while it is looked at says so; one that never was, too', async ({
  dashboard,
  agent,
}) => {
  await agent.ok(['run', '-d', '--name', 'page-gone', 'busybox', 'sleep', '1000']);
  await dashboard.goto(here(dashboard, '/containers/view/?id=page-gone'));
  await expect(dashboard.getByText('running', { exact: true })).toBeVisible();
  await agent.ok(['rm', '-f', 'page-gone']);
  await expect(dashboard.getByRole('heading', { name: 'page-gone was removed' })).toBeVisible();
  await dashboard.goto(here(dashboard, '/containers/view/?id=nowhere'));
  await expect(dashboard.getByRole('heading', { name: 'There is no box “nowhere”' })).toBeVisible();
  await dashboard.getByRole('link', { name: 'All boxes' }).click();
  await expect(dashboard.getByRole('heading', { name: 'Boxes', exact: true })).toBeVisible();
});

test('an agent that dies on any tab leaves what was seen, says it is gone, and every tab goes on', async ({
  dashboard,
  agent,
}) => {
  await agent.ok(['run', '-d', '--name', 'page-agent', 'busybox', 'sh', '-c', TALK]);
  await dashboard.goto(here(dashboard, '/containers/view/?id=page-agent'));
  const main = dashboard.getByRole('main');
  await expect(main.getByText('running', { exact: true })).toBeVisible();
  // What the tabs are made of is loaded while nothing else is to do.
  await dashboard.waitForLoadState('networkidle');
  await agent.kill9();
  await expect(dashboard.getByText(/agent has not been reachable/).first()).toBeVisible();
  for (const name of TABS) {
    await main.getByRole('tab', { name, exact: true }).click();
    await expect(main.getByText('running', { exact: true }).first()).toBeVisible();
    await expect(main.getByRole('tabpanel')).not.toBeEmpty();
  }
  await agent.launch();
  await expect(dashboard.getByText('live', { exact: true })).toBeVisible();
  await main.getByRole('tab', { name: 'Config' }).click();
  await expect(main.getByText('PATH', { exact: true })).toBeVisible();
  await main.getByRole('tab', { name: 'Stats' }).click();
  await expect(main.getByRole('region', { name: 'Memory' }).locator('canvas')).toBeVisible();
  await main.getByRole('tab', { name: 'Overview' }).click();
  await expect(
    main
      .getByRole('region', { name: 'Last log lines' })
      .getByText(/^line \d+$/)
      .first(),
  ).toBeVisible();
});

test('labels of 10 kB, words from right to left and HTML break nothing at 360 px', async ({
  dashboard,
  agent,
}) => {
  await agent.ok([
    ...['run', '-d', '--name', 'page-odd', '--label', `long=${'x'.repeat(10_000)}`, '--label', 'rtl=שלום 🐳'],
    ...['--label', 'html=<img src=x onerror=alert(1)>', '-e', `BIG=${'y'.repeat(50_000)}`],
    ...['busybox', 'sh', '-c', `echo "<b>bold</b>"; sleep 1000 # ${'z'.repeat(5000)}`],
  ]);
  await dashboard.setViewportSize({ width: 360, height: 740 });
  await dashboard.reload();
  const width = () => dashboard.evaluate(() => document.documentElement.scrollWidth);
  await expect(dashboard.getByRole('link', { name: 'page-odd' })).toBeVisible();
  expect(await width()).toBe(360);
  await dashboard.getByRole('link', { name: 'page-odd' }).click();
  await expect(dashboard.getByText('<img src=x onerror=alert(1)>')).toBeVisible();
  for (const name of TABS) {
    await dashboard.getByRole('main').getByRole('tab', { name, exact: true }).click();
    await expect(dashboard.getByRole('tabpanel', { name })).toBeVisible();
    expect(await width(), name).toBe(360);
  }
});
