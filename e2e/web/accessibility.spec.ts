import type { Page } from '@playwright/test';
import type { TestAgent } from '../harness/agent.ts';
import { expectClean } from './axe.ts';
import { expect, signInLink, test } from './fixtures.ts';
import { goTo, says, terminalPath } from './terminals.ts';

const TALK =
  'trap "exit 0" TERM; while :; do printf "\\033[31merror\\033[0m no route\\n" >&2; echo "info served /"; sleep 0.2; done';

test.setTimeout(180_000);

const main = (page: Page) => page.getByRole('main');

interface Yard {
  up: string;
  shell: string;
}
/** One box of each kind that looks different: it talks, it failed, it has a terminal and a session, it never ran. */
async function fillYard(agent: TestAgent): Promise<Yard> {
  const up = await agent.ok([
    ...['run', '-d', '--name', 'axe-up', '--label', 'team=shop', '-e', 'DB_PASSWORD=hunter2'],
    ...['-v', '/tmp:/data:ro', 'busybox', 'sh', '-c', TALK],
  ]);
  await agent.box(['run', '--name', 'axe-failed', 'busybox', 'sh', '-c', 'echo no; exit 3']);
  const shell = await agent.ok(['run', '-dit', '--name', 'axe-shell', 'busybox', 'sh']);
  await agent.ok(['exec', '-dit', '--name', 'beside', 'axe-shell', 'sh']);
  await agent.ok(['create', '--name', 'axe-made', 'busybox', 'true']);
  return { up, shell };
}

test('axe finds nothing on the pages of an empty yard', async ({ dashboard }) => {
  for (const [path, words] of [
    ['/', 'No boxes yet'],
    ['/containers/', 'No boxes yet'],
    ['/logs/', /./],
    ['/terminals/', 'No terminals'],
  ] as const) {
    await goTo(dashboard, path);
    await expect(main(dashboard).getByText(words).first()).toBeVisible();
    await expectClean(dashboard, `${path} empty`);
  }
});

test('axe finds nothing on any page and any tab', async ({ dashboard, agent }) => {
  const { up, shell } = await fillYard(agent);
  await expect(dashboard.locator('[data-container="axe-failed"]')).toBeVisible();
  await expectClean(dashboard, 'boxes');
  const go = async (path: string, shown: (page: Page) => ReturnType<Page['getByText']>) => {
    await goTo(dashboard, path);
    await expect(shown(dashboard).first()).toBeVisible();
    await expectClean(dashboard, path);
  };
  await go('/', (page) => page.getByText('axe-failed failed'));
  await go('/containers/new/', (page) => page.getByLabel('Image', { exact: true }));
  await go('/logs/', (page) => page.getByRole('button', { name: 'All running boxes' }));
  await go('/logs/?boxes=axe-up,axe-failed', (page) => page.getByRole('log').getByText('served'));
  await go('/terminals/', (page) => page.getByRole('button', { name: /^beside/ }));
  await go('/images/', (page) => page.getByText('busybox:latest'));
  await go('/events/', (page) => page.getByText('ended with code 3'));

  const view = `/containers/view/?id=${up}&tab=`;
  await go(`${view}overview`, (page) => page.getByRole('region', { name: 'Last log lines' }));
  await go(`${view}logs`, (page) => page.getByRole('log').getByText('served'));
  await go(`${view}terminal`, (page) => page.getByRole('button', { name: 'Open a shell' }));
  await go(`${view}stats`, (page) => page.getByRole('region', { name: /^CPU/ }).locator('canvas'));
  await go(`${view}config`, (page) => page.getByRole('button', { name: 'Show DB_PASSWORD' }));
  await go(`${view}inspect`, (page) => page.getByRole('searchbox'));
  await go('/containers/view/?id=axe-failed&tab=overview', (page) => page.getByText(/ended with code 3/));
  await go('/containers/view/?id=axe-failed&tab=terminal', (page) =>
    page.getByRole('button', { name: 'Start axe-failed' }),
  );
  await go('/containers/view/?id=nowhere', (page) => page.getByRole('link', { name: 'All boxes' }));
  await go(terminalPath(shell), (page) => page.getByTestId('terminal-state').getByText('live'));

  await go('/settings/', (page) => page.getByLabel('New password', { exact: true }));
  for (const tab of ['Sessions', 'Registries', 'Appearance', 'Diagnostics', 'Audit']) {
    await dashboard.getByRole('tab', { name: tab }).click();
    await expect(dashboard.getByRole('tabpanel', { name: tab }).getByRole('heading').first()).toBeVisible();
    await expectClean(dashboard, `settings ${tab}`);
  }
});

test('axe finds nothing on the ways in', async ({ page, agent }) => {
  const link = await signInLink(agent);
  await page.goto(new URL(link).origin);
  await expect(page.getByText('box ui')).toBeVisible();
  await expectClean(page, 'signed out');
  await agent.ok(['user', 'passwd', '--stdin'], { input: 'correct horse battery' });
  await page.goto(new URL('/signin/', link).href);
  await page.getByLabel('Password').fill('wrong');
  await page.keyboard.press('Enter');
  await expect(page.getByText('This is not the password.')).toBeVisible();
  await expectClean(page, 'sign in, refused');
  await agent.ok(['user', 'passwd', '--remove']);
});

test('axe finds nothing in dialogs, menus, the palette and the help', async ({ dashboard, agent }) => {
  const { up, shell } = await fillYard(agent);
  const { keyboard } = dashboard;
  const shows = async (what: string, role: 'dialog' | 'menu', name: string | RegExp) => {
    const shown = dashboard.getByRole(role, { name });
    await expect(shown).toBeVisible();
    await expectClean(dashboard, what);
    await keyboard.press('Escape');
    await expect(shown).toHaveCount(0);
  };
  const button = (name: string) => dashboard.getByRole('button', { name, exact: true });
  const item = (name: string) => dashboard.getByRole('menuitem', { name, exact: true });

  const row = dashboard.locator('[data-container="axe-up"]');
  await row.getByRole('button', { name: 'More for axe-up' }).click();
  await shows('menu of a row', 'menu', 'More for axe-up');
  await button('Columns and density').click();
  await shows('columns', 'dialog', 'Columns and density');
  await dashboard
    .getByRole('main')
    .getByRole('button', { name: /^Image/ })
    .first()
    .click();
  await shows('images to choose from', 'dialog', 'Image');
  await row.focus();
  await keyboard.press('p');
  await expect(dashboard.getByRole('complementary', { name: 'Peek: axe-up' })).toBeVisible();
  await expectClean(dashboard, 'peek');
  await keyboard.press('x');
  await expect(dashboard.getByRole('region', { name: 'Selected boxes' })).toBeVisible();
  await expectClean(dashboard, 'selection');
  await keyboard.press('d');
  await shows('remove', 'dialog', 'Remove axe-up?');
  await row.focus();
  await keyboard.press('e');
  await expect(dashboard.getByRole('region', { name: 'Dock' }).getByText('served').first()).toBeVisible();
  await expectClean(dashboard, 'dock');
  await button('Close axe-up').click();
  await keyboard.press('?');
  await shows('help', 'dialog', 'Keyboard');
  await keyboard.press('Control+k');
  await dashboard.getByRole('combobox', { name: 'Search commands' }).fill('axe');
  await shows('palette', 'dialog', 'Command palette');

  await goTo(dashboard, `/containers/view/?id=${up}&tab=logs`);
  await button('More for axe-up').click();
  await item('Rename…').click();
  await shows('rename', 'dialog', /Rename/);
  await goTo(dashboard, terminalPath(up));
  await button('Choose command and user…').click();
  await shows('shell', 'dialog', /./);
  await goTo(dashboard, terminalPath(shell));
  await says(dashboard, 'live');
  await button('More of this terminal').click();
  await shows('menu of a terminal', 'menu', 'More of this terminal');
  await goTo(dashboard, '/logs/');
  await button('Choose boxes').click();
  await shows('boxes to choose from', 'dialog', 'Choose boxes');
  await goTo(dashboard, '/images/');
  await button('Upload').click();
  await shows('upload', 'dialog', 'Upload an archive');

  await dashboard.setViewportSize({ width: 390, height: 844 });
  await goTo(dashboard, '/containers/');
  await expect(dashboard.getByRole('checkbox', { name: 'Select axe-up' })).toBeVisible();
  await expectClean(dashboard, 'cards');
  await dashboard.getByRole('navigation', { name: 'Pages' }).getByRole('button', { name: 'More' }).click();
  await shows('more', 'dialog', 'More');
});
