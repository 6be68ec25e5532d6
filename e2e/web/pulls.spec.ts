/** Images from registries and to them, in the browser: what goes on, what went wrong, and what comes of it. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { run } from '../harness/agent.ts';
import { apiOf } from '../harness/api.ts';
import { writeLayout } from '../harness/image-fixture.ts';
import { allowPlainHttp, TestRegistry } from '../harness/registry.ts';
import { REGISTRY_PASSWORD, REGISTRY_USER } from '../harness/token-server.ts';
import { expectClean } from './axe.ts';
import { expect, test } from './fixtures.ts';
import { HeldRegistry, sampleImage } from './sample-image.ts';
import { goTo } from './terminals.ts';

test.setTimeout(120_000);

let held: HeldRegistry;
/** With a password. */
let secure: TestRegistry;
const image = sampleImage();
test.beforeAll(async ({ agent }) => {
  [held, secure] = await Promise.all([HeldRegistry.start(), TestRegistry.start({ auth: 'htpasswd' })]);
  allowPlainHttp(agent, held.registry.host, secure.host);
  const folder = mkdtempSync(join(tmpdir(), 'pulls-'));
  writeLayout(folder, image, 'shop');
  await secure.pushWithSkopeo(`oci:${folder}:shop`, 'team/shop:v1');
  rmSync(folder, { recursive: true });
});
test.afterAll(async () => {
  await held[Symbol.asyncDispose]();
  await secure[Symbol.asyncDispose]();
});
test.beforeEach(() => held.hold());
test.afterEach(async ({ agent }) => {
  held.release();
  const ids = await agent.ok(['ps', '-aq', '--no-trunc']);
  if (ids) await agent.ok(['rm', '-f', ...ids.split('\n')]);
  const api = apiOf(agent);
  for (const { id, tags, digests } of await api.query('images.list', undefined)) {
    if ([...tags, ...digests].some((name) => name.startsWith('127.0.0.1')))
      await api.mutate('images.remove', { image: id, force: true });
  }
});

const bell = (page: Page) => page.getByRole('button', { name: /^Tasks/ });
const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true });

/** Opens the dialog of pulls and asks for an image. */
async function pull(page: Page, name: string) {
  await goTo(page, '/images/');
  await button(page, 'Pull').click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Image', { exact: true }).fill(name);
  await dialog.getByRole('button', { name: 'Pull', exact: true }).click();
  return dialog;
}

test('a pull has a bar for each layer, goes on behind a closed dialog and over a reload, and leads to a box', async ({
  dashboard,
}) => {
  const name = held.registry.add('team/bars', image, 'v1');
  await goTo(dashboard, '/images/?show=pull');
  const dialog = dashboard.getByRole('dialog');
  await dialog.getByLabel('Image', { exact: true }).fill('Team/Shop');
  await expect(dialog.getByText(/small letters/)).toBeVisible();
  await expect(button(dashboard, 'Pull').last()).toBeDisabled();
  await dialog.getByLabel('Image', { exact: true }).fill(name);
  await expect(dialog.getByText('team/bars:v1', { exact: true })).toBeVisible();
  await expectClean(dashboard, 'pull dialog');
  await dashboard.keyboard.press('Enter');
  // Three layers and the whole.
  await expect(dialog.getByRole('meter', { name: /downloading/ }).first()).toBeVisible();
  await expect(dialog.getByText(/MiB of .*MiB/).first()).toBeVisible();
  await expectClean(dashboard, 'a pull in its dialog');
  // A second Enter harms nothing.
  await expect(button(dashboard, 'Go on in the background')).toBeFocused();
  await button(dashboard, 'Go on in the background').click();
  await expect(dialog).toHaveCount(0);
  await expect(dashboard.getByRole('region', { name: 'Under way' }).getByText(`Pull ${name}`)).toBeVisible();
  await expectClean(dashboard, 'images while one comes');

  await dashboard.reload();
  await expect(bell(dashboard)).toHaveAccessibleName('Tasks, 1 running');
  await dashboard.keyboard.press('b');
  const sheet = dashboard.getByRole('dialog', { name: 'Tasks' });
  const task = sheet.getByRole('article', { name: `Pull ${name}` });
  await expect(task.getByRole('meter', { name: /downloading/ }).first()).toBeVisible();
  await expectClean(dashboard, 'tasks');
  held.release();
  await expect(task.getByText('done', { exact: true }).first()).toBeVisible();
  await expect(bell(dashboard).or(dashboard.locator('button[aria-label="Tasks"]')).first()).toBeAttached();
  await task.getByRole('link', { name: /^Run it/ }).click();
  await expect(dashboard.getByLabel('Image', { exact: true })).toHaveValue(name);
  await goTo(dashboard, '/tasks/');
  await expect(dashboard.getByRole('article', { name: `Pull ${name}` })).toBeVisible();
  await expectClean(dashboard, 'the page of tasks');
});

test('who looks elsewhere is told how a pull ended; one that is cancelled leaves nothing', async ({
  dashboard,
  agent,
}) => {
  const name = held.registry.add('team/elsewhere', sampleImage(), 'v1');
  await pull(dashboard, name);
  await button(dashboard, 'Go on in the background').click();
  await goTo(dashboard, '/events/');
  await expect(bell(dashboard)).toHaveAccessibleName('Tasks, 1 running');
  held.release();
  await expect(dashboard.getByText(`Pull ${name}: done`)).toBeVisible();

  held.hold();
  const other = held.registry.add('team/cancelled', sampleImage(), 'v1');
  const dialog = await pull(dashboard, other);
  await expect(dialog.getByRole('meter', { name: /downloading/ }).first()).toBeVisible();
  await button(dashboard, 'Cancel the pull').click();
  await expect(dialog.getByText('It was cancelled.')).toBeVisible();
  await dialog.getByRole('button', { name: 'Close' }).last().click();
  expect(await agent.ok(['images', '--format', '{{.Repository}}'])).not.toContain('team/cancelled');
});

test('a refused pull leads to the form of its registry; signed in, it pulls and pushes with equal digests', async ({
  dashboard,
}) => {
  const name = secure.name('team/shop:v1');
  const dialog = await pull(dashboard, name);
  await expect(dialog.getByRole('alert')).toBeVisible();
  await expectClean(dashboard, 'a pull that was refused');
  await dialog.getByRole('link', { name: `Sign in to ${secure.host}` }).click();
  await expect(dashboard.getByLabel('Registry', { exact: true })).toHaveValue(secure.host);
  await expect(dashboard.getByLabel('User', { exact: true })).toBeFocused();
  await dashboard.keyboard.type(REGISTRY_USER);
  await dashboard.getByLabel('Password or token').fill('wrong');
  await dashboard.keyboard.press('Enter');
  await expect(dashboard.getByRole('main').getByRole('alert')).toBeVisible();
  await dashboard.getByLabel('Password or token').fill(REGISTRY_PASSWORD);
  await dashboard.keyboard.press('Enter');
  const row = dashboard.getByRole('row', { name: new RegExp(secure.host) });
  await expect(row).toContainText(REGISTRY_USER);
  await expect(row).toContainText('in clear');
  await expect(row).toContainText('not encrypted');
  await expectClean(dashboard, 'registries');

  const again = await pull(dashboard, name);
  await expect(again.getByRole('link', { name: 'Use for a new box' })).toBeVisible();
  await again.getByRole('button', { name: 'Close' }).last().click();
  await dashboard.getByRole('button', { name: `More for ${name}`, exact: true }).click();
  await dashboard.getByRole('menuitem', { name: 'Push…' }).click();
  const push = dashboard.getByRole('dialog');
  await expect(push.getByText(`Signed in as ${REGISTRY_USER}.`)).toBeVisible();
  await push.getByLabel('To', { exact: true }).fill(secure.name('team/copy:v2'));
  await expectClean(dashboard, 'push dialog');
  await push.getByRole('button', { name: 'Push', exact: true }).click();
  await expect(push.getByText('was pushed')).toBeVisible();
  await push.getByRole('button', { name: 'Close' }).last().click();
  expect(await digestAt('team/copy:v2')).toBe(image.manifest.digest);

  await goTo(dashboard, '/settings/?tab=registries');
  await button(dashboard, `Sign out of ${secure.host}`).click();
  await dashboard.getByRole('dialog').getByRole('button', { name: 'Sign out', exact: true }).click();
  await expect(row).toContainText('nobody');
});

/** As skopeo sees it. */
async function digestAt(name: string): Promise<string> {
  const { stdout, stderr } = await run('skopeo', [
    ...['inspect', '--tls-verify=false', `--creds=${REGISTRY_USER}:${REGISTRY_PASSWORD}`],
    ...['--format', '{{.Digest}}', `docker://${secure.name(name)}`],
  ]);
  return stdout.trim() || stderr;
}

test('a box whose image is not here is made when it has come; one that nobody has is said at the field', async ({
  dashboard,
}) => {
  const name = held.registry.add('team/boxed', image, 'v1');
  await goTo(dashboard, `/containers/new/?image=${encodeURIComponent(name)}`);
  await expect(dashboard.getByText('it will be pulled from')).toBeVisible();
  await dashboard.getByLabel('Name', { exact: true }).fill('pulled-box');
  await button(dashboard, 'Create and start').click();
  const task = dashboard.getByRole('article', { name: `Pull ${name}` });
  await expect(task.getByRole('meter', { name: /downloading/ }).first()).toBeVisible();
  await expectClean(dashboard, 'new box that waits for its image');
  held.release();
  await expect(dashboard.getByRole('heading', { name: 'pulled-box', level: 1 })).toBeVisible();
  await expect(dashboard.getByText('shop is open')).toBeVisible();

  const missing = `${held.registry.host}/team/none:v1`;
  await goTo(dashboard, `/containers/new/?image=${encodeURIComponent(missing)}`);
  await button(dashboard, 'Create and start').click();
  await expect(dashboard.getByText(/none could be pulled/).first()).toBeVisible();
  await expect(dashboard.getByLabel('Image', { exact: true })).toBeFocused();
});

test('a pull fits a phone', async ({ dashboard }) => {
  await dashboard.setViewportSize({ width: 360, height: 740 });
  const name = held.registry.add('team/phone', image, 'v1');
  const dialog = await pull(dashboard, name);
  await expect(dialog.getByRole('meter', { name: /downloading/ }).first()).toBeVisible();
  expect(await dashboard.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(360);
  await button(dashboard, 'Go on in the background').click();
  await bell(dashboard).click();
  await expect(dashboard.getByRole('dialog', { name: 'Tasks' }).getByRole('article')).not.toHaveCount(0);
  expect(await dashboard.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(360);
});
