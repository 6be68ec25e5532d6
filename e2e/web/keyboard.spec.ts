import type { Page } from '@playwright/test';
import { expect, signInLink, test } from './fixtures.ts';
import { expectFocusSeen, tabTo } from './focus.ts';
import { says, screenHas } from './terminals.ts';

const heading = (page: Page, name: string) => page.getByRole('heading', { name, exact: true, level: 1 });
/** A shell that says something first, in quotes for the form's field. */
const COMMAND = `sh -c "echo I am here; exec sh"`;

test('a box’s whole life without a mouse: made, read, typed into, stopped, started, removed', async ({
  page,
  agent,
}) => {
  const { keyboard } = page;
  await page.goto(await signInLink(agent));
  await expect(page.getByText('live', { exact: true })).toBeVisible();

  await keyboard.press('Tab');
  await expectFocusSeen(page, /^a Skip to the page/);
  await keyboard.press('g');
  await keyboard.press('c');
  await expect(heading(page, 'Boxes')).toBeVisible();

  await keyboard.press('n');
  await expect(heading(page, 'New box')).toBeVisible();
  // The form's own code may still be on its way: nobody tabs into what is not drawn.
  await expect(page.getByRole('combobox', { name: 'Image' })).toBeVisible();
  await tabTo(page, /^(input|combobox) Image/);
  await keyboard.type('busybox');
  await keyboard.press('Escape');
  await tabTo(page, /^input Name/);
  await keyboard.type('by-hand');
  await tabTo(page, /^input Command/);
  await keyboard.type(COMMAND);
  await tabTo(page, /Give it a terminal/);
  await keyboard.press('Space');
  await tabTo(page, /^button Create and start/);
  await keyboard.press('Enter');

  await expect(heading(page, 'by-hand')).toBeAttached();
  await says(page, 'live');
  await expectFocusSeen(page, /Terminal input/);
  await screenHas(page, /I am here/);
  await keyboard.type('echo typed-$((40+2))\n');
  await screenHas(page, /^typed-42$/m);

  await expect(page.getByText('leaves the terminal')).toBeVisible();
  await keyboard.press('Control+Shift+L');
  await expectFocusSeen(page, /Terminal of by-hand/);
  await keyboard.press('l');
  await expect(page.getByRole('log').getByText('I am here')).toBeVisible();

  // By their buttons, which are each other's place: the focus must not fall into the gap.
  await keyboard.press('Control+Home');
  await tabTo(page, /^button Stop by-hand/, true);
  await keyboard.press('Enter');
  await expect(page.getByText(/^stopped/).first()).toBeVisible({ timeout: 20_000 });
  await expectFocusSeen(page, /^button Start by-hand/);
  await keyboard.press('Enter');
  await expect(page.getByText('running', { exact: true }).first()).toBeVisible();
  await expectFocusSeen(page, /^button Stop by-hand/);

  await keyboard.press('g');
  await keyboard.press('c');
  const row = page.locator('[data-container="by-hand"]');
  await expect(row).toBeVisible();
  await keyboard.press('j');
  await expectFocusSeen(page, /^row/);
  await keyboard.press('d');
  await expectFocusSeen(page, /^button Cancel/);
  await keyboard.press('Escape');
  await expect(page.getByRole('dialog')).toHaveCount(0);
  await expectFocusSeen(page, /^row/);
  await keyboard.press('d');
  await tabTo(page, /^button Remove by-hand/);
  await keyboard.press('Enter');
  await expect(row).toHaveCount(0);
  await expectFocusSeen(page);
});

test('the focus comes back from every question, menu and help, and is seen at every stop of every page', async ({
  dashboard,
  agent,
}) => {
  await agent.ok(['run', '-dit', '--name', 'focus-a', 'busybox', 'sh']);
  await agent.ok(['run', '-d', '--name', 'focus-b', 'busybox', 'sh', '-c', 'exit 3']);
  const { keyboard } = dashboard;
  const row = (name: string) => dashboard.locator(`[data-container="${name}"]`);
  await expect(row('focus-b').getByText('failed 3').or(row('focus-b').getByText(/3/)).first()).toBeVisible();
  await keyboard.press('j');
  await expectFocusSeen(dashboard, /^row/);

  await keyboard.press('?');
  await expect(dashboard.getByRole('dialog', { name: 'Keyboard' })).toContainText('Ctrl+Shift+L');
  await expectFocusSeen(dashboard);
  await keyboard.press('Escape');
  await expect(dashboard.getByRole('dialog')).toHaveCount(0);
  await expectFocusSeen(dashboard, /^row/);

  await tabTo(dashboard, /^button More for/);
  await keyboard.press('Enter');
  await expectFocusSeen(dashboard, /^menuitem/);
  await keyboard.press('Escape');
  await expectFocusSeen(dashboard, /^button More for/);

  await keyboard.press('Control+k');
  await expectFocusSeen(dashboard, /Search commands/);
  await keyboard.type('images');
  await keyboard.press('Enter');
  await expect(heading(dashboard, 'Images')).toBeVisible();
  await tabTo(dashboard, /^button Upload/);
  await keyboard.press('Enter');
  await expect(dashboard.getByRole('dialog')).toBeVisible();
  await expectFocusSeen(dashboard);
  await keyboard.press('Escape');
  await expect(dashboard.getByRole('dialog')).toHaveCount(0);
  await expectFocusSeen(dashboard, /^button Upload/);

  await keyboard.press('g');
  await keyboard.press('s');
  await expect(heading(dashboard, 'Settings')).toBeAttached();
  await tabTo(dashboard, /^tab Sign-in/);
  const appearance = dashboard.getByRole('tab', { name: 'Appearance' });
  while (!(await appearance.evaluate((tab) => tab === document.activeElement)))
    await keyboard.press('ArrowRight');
  await keyboard.press('Enter');
  await tabTo(dashboard, /^input (System|Light|Dark)/i);
  await keyboard.press('ArrowRight');
  await keyboard.press('ArrowRight');
  await expect(dashboard.locator('html')).toHaveAttribute('data-theme', /light|dark/);
  await expectFocusSeen(dashboard);

  for (const place of ['o', 'l', 't', 'i', 'e']) {
    await keyboard.press('g');
    await keyboard.press(place);
    await expect(dashboard.getByRole('heading', { level: 1 })).toBeVisible();
    for (let stop = 0; stop < 20; stop++) {
      await keyboard.press('Tab');
      if (await dashboard.evaluate(() => document.activeElement === document.body)) break;
      await expectFocusSeen(dashboard);
    }
  }
});
