import type { Page } from '@playwright/test';
import { expectFits } from './fits.ts';
import { expect, signInLink, test } from './fixtures.ts';
import { goTo, says, screenHas } from './terminals.ts';

test.use({ viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true });

const heading = (page: Page, name: string) => page.getByRole('heading', { name, exact: true, level: 1 });
const bar = (page: Page) => page.getByRole('navigation', { name: 'Pages' });
const tab = (page: Page, name: string) => page.getByRole('main').getByRole('tab', { name, exact: true });

test('a box’s whole life on a phone: made, read, typed into, stopped, removed, and all the pages', async ({
  page,
  agent,
}) => {
  test.setTimeout(120_000);
  const isCoarse = () => matchMedia('(pointer: coarse)').matches;
  const link = await signInLink(agent);
  await page.goto(new URL('/signin/', link).href);
  await expect(page.getByText('box ui')).toBeVisible();
  await expectFits(page, 'sign in');
  await page.goto(link);
  await expect(heading(page, 'Overview')).toBeVisible();
  expect(await page.evaluate(isCoarse)).toBe(true);
  await expect(page.getByText('busybox').or(page.getByText('No boxes yet')).first()).toBeVisible();
  await expectFits(page, 'overview');

  await bar(page).getByRole('link', { name: 'Boxes' }).tap();
  await expect(page.getByText('No boxes yet').first()).toBeVisible();
  await expectFits(page, 'no boxes');
  await page.getByRole('link', { name: 'New box' }).first().tap();
  await expect(heading(page, 'New box')).toBeVisible();
  await page.getByLabel('Image', { exact: true }).fill('busybox');
  await page.keyboard.press('Escape');
  await page.getByLabel('Name', { exact: true }).fill('by-thumb');
  await page.getByLabel('Command', { exact: true }).fill('sh -c "echo I am here; exec sh"');
  await page.getByText('Give it a terminal').tap();
  await expectFits(page, 'new box');
  await page.getByRole('button', { name: 'Create and start' }).tap();

  await says(page, 'live');
  await screenHas(page, /I am here/);
  await expectFits(page, 'terminal');
  await page.keyboard.type('sleep 1000\n');
  const keys = page.getByRole('toolbar', { name: 'Keys' });
  await keys.getByRole('button', { name: 'Ctrl' }).tap();
  await page.keyboard.type('c');
  await screenHas(page, /\^C/);
  for (const name of ['Overview', 'Logs', 'Stats', 'Config', 'Inspect']) {
    await tab(page, name).tap();
    await expect(page.getByRole('tabpanel', { name })).not.toBeEmpty();
    if (name === 'Logs') await expect(page.getByRole('log').getByText('I am here').first()).toBeVisible();
    await expectFits(page, `tab ${name}`);
  }

  await bar(page).getByRole('link', { name: 'Boxes' }).tap();
  const card = page.locator('[data-container="by-thumb"]');
  await expect(card.getByText('running')).toBeVisible();
  await expectFits(page, 'cards');
  const choose = async (item: string) => {
    await card.getByRole('button', { name: 'More for by-thumb' }).tap();
    await expect(page.getByRole('menuitem', { name: item })).toBeVisible();
    await expectFits(page, 'menu of a card');
    await page.getByRole('menuitem', { name: item }).tap();
  };
  await choose('Stop');
  await expect(card.getByText(/^(stopped|exited)/)).toBeVisible({ timeout: 20_000 });
  await choose('Remove…');
  await expect(page.getByRole('dialog')).toBeVisible();
  await expectFits(page, 'question');
  await page.getByRole('button', { name: 'Remove by-thumb' }).tap();
  await expect(card).toHaveCount(0);

  for (const [name, words] of [
    ['Images', 'busybox:latest'],
    ['Logs', 'No boxes yet'],
    ['Terminals', 'No terminals'],
    ['Overview', 'busybox'],
  ] as const) {
    await bar(page).getByRole('link', { name, exact: true }).tap();
    await expect(heading(page, name)).toBeVisible();
    if (name !== 'Overview') await expect(page.getByText(words).first()).toBeVisible();
    await expectFits(page, name);
  }
  for (const name of ['Events', 'Settings']) {
    await bar(page).getByRole('button', { name: 'More' }).tap();
    const sheet = page.getByRole('dialog', { name: 'More' });
    await expect(sheet).toBeVisible();
    await expectFits(page, 'more');
    await sheet.getByRole('link', { name }).tap();
    await expect(heading(page, name)).toBeAttached();
    await expectFits(page, name);
  }
  for (const name of ['Sessions', 'Registries', 'Appearance', 'Diagnostics', 'Audit']) {
    await tab(page, name).tap();
    await expect(page.getByRole('tabpanel', { name }).getByRole('heading').first()).toBeVisible();
    await expectFits(page, `settings ${name}`);
  }
});

test('lists, logs and questions fit a phone', async ({ dashboard, agent }) => {
  await agent.ok(['run', '-dit', '--name', 'phone-shell', 'busybox', 'sh']);
  await agent.ok(['run', '-d', '--name', 'phone-talk', 'busybox', 'sh', '-c', 'echo spoken; sleep 1000']);
  await agent.box(['run', '--name', 'phone-failed', 'busybox', 'sh', '-c', 'exit 3']);
  const shown = async (path: string, words: string) => {
    await goTo(dashboard, path);
    await expect(dashboard.getByText(words).first()).toBeVisible();
    await expectFits(dashboard, path);
  };
  await shown('/', 'phone-failed');
  await shown('/containers/', 'phone-failed');
  await shown('/logs/?boxes=phone-talk', 'spoken');
  await shown('/terminals/', 'phone-shell');
  await shown('/events/', 'phone-failed');
  await shown('/containers/view/?id=phone-failed&tab=terminal', 'Start phone-failed');
  await shown('/containers/view/?id=phone-talk&tab=terminal', 'Open a shell');
  await shown('/containers/view/?id=nowhere', 'All boxes');
  await shown('/tasks/', 'Nothing under way');
  const image = '/images/view/?id=busybox&tab=';
  await shown(`${image}overview`, 'unpacked');
  await shown(`${image}layers`, 'From the bottom up');
  await dashboard.getByRole('listitem').locator('summary').tap();
  await dashboard.getByRole('button', { name: 'bin/', exact: true }).tap();
  await expectFits(dashboard, 'the files of a layer');
  await shown(`${image}history`, 'built in, from');
  await shown(`${image}config`, 'Entrypoint');
  await shown(`${image}inspect`, 'rootfs');
  await goTo(dashboard, '/images/');
  for (const name of ['Pull', 'Clean up']) {
    await dashboard.getByRole('button', { name, exact: true }).tap();
    await expect(dashboard.getByRole('dialog')).toBeVisible();
    await expectFits(dashboard, name);
    await dashboard.keyboard.press('Escape');
    await expect(dashboard.getByRole('dialog')).toHaveCount(0);
  }
  await dashboard.getByRole('button', { name: 'Upload' }).tap();
  await expect(dashboard.getByRole('dialog')).toBeVisible();
  await expectFits(dashboard, 'upload');
});
