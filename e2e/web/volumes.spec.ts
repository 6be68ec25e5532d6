import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import type { TestAgent } from '../harness/agent.ts';
import { expectClean } from './axe.ts';
import { expectFits } from './fits.ts';
import { expect, test } from './fixtures.ts';

let folder: string;
test.beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'bxv-'));
  mkdirSync(join(folder, 'files'));
  writeFileSync(join(folder, 'files/greeting'), 'hello from an archive');
  execFileSync('tar', ['-C', join(folder, 'files'), '-czf', join(folder, 'files.tar.gz'), '.']);
});
test.afterAll(() => rmSync(folder, { recursive: true }));

test.beforeEach(async ({ dashboard }) => {
  await dashboard.keyboard.press('g');
  await dashboard.keyboard.press('v');
  await expect(dashboard.getByRole('heading', { name: 'Volumes', exact: true })).toBeVisible();
});
test.afterEach(async ({ agent }) => {
  const ids = await agent.ok(['ps', '-aq']);
  if (ids) await agent.ok(['rm', '-f', ...ids.split('\n')]);
  await agent.ok(['volume', 'prune', '-af']);
});

/** Chooses from the menu of a volume's row. */
async function choose(page: Page, volume: string, item: string) {
  await page.getByRole('button', { name: `More for ${volume}`, exact: true }).click();
  await page.getByRole('menuitem', { name: item }).click();
}

test('a volume is made, filled by an upload, mounted by a box, downloaded, and removed by typing its name', async ({
  dashboard,
  agent,
}) => {
  await dashboard.getByRole('button', { name: 'Create', exact: true }).click();
  const create = dashboard.getByRole('dialog', { name: 'Create a volume' });
  await create.getByLabel('Name').fill('no name');
  await expect(create.getByText(/Letters, digits/)).toBeVisible();
  await create.getByLabel('Name').fill('site');
  await dashboard.keyboard.press('Enter');
  const row = dashboard.getByRole('row', { name: /site/ });
  await expect(row.getByText('no box')).toBeVisible();

  await choose(dashboard, 'site', 'Upload an archive into it…');
  const upload = dashboard.getByRole('dialog', { name: 'Upload into site' });
  await upload.getByLabel('Archive').setInputFiles(join(folder, 'files.tar.gz'));
  await upload.getByRole('button', { name: 'Unpack' }).click();
  await expect(upload).toHaveCount(0);
  const cat = ['run', '--name', 'reader', '-v', 'site:/srv', 'busybox', 'cat', '/srv/greeting'];
  expect(await agent.ok(cat)).toBe('hello from an archive');
  await expect(row.getByRole('link', { name: 'reader' })).toBeVisible();

  const download = dashboard.waitForEvent('download');
  await choose(dashboard, 'site', 'Download as an archive');
  const file = await download;
  expect(file.suggestedFilename()).toBe('site.tar');
  const kept = join(folder, 'kept.tar');
  await file.saveAs(kept);
  expect(execFileSync('tar', ['-xOf', kept, 'greeting'], { encoding: 'utf8' })).toBe('hello from an archive');
  expect(readFileSync(kept).length % 512).toBe(0);

  await choose(dashboard, 'site', 'Remove…');
  const confirm = dashboard.getByRole('dialog', { name: 'Remove the volume site?' });
  await expect(confirm.getByRole('button', { name: 'Remove volume' })).toBeDisabled();
  await confirm.getByRole('textbox').fill('site');
  await confirm.getByRole('button', { name: 'Remove volume' }).click();
  await expect(confirm.getByRole('alert')).toContainText('reader');
  await agent.ok(['rm', 'reader']);
  await confirm.getByRole('button', { name: 'Remove volume' }).click();
  await expect(row).toHaveCount(0);
});

test('a clean-up says what would go; named volumes go only after a typed word', async ({
  dashboard,
  agent,
}) => {
  await agent.ok(['volume', 'create', 'named']);
  await agent.ok([
    'run',
    '--name',
    'left',
    '-v',
    '/d',
    'busybox',
    'dd',
    'if=/dev/zero',
    'of=/d/x',
    'bs=1M',
    'count=2',
  ]);
  await agent.ok(['rm', 'left']);
  await expect(dashboard.getByText('nobody named it')).toBeVisible();
  await dashboard.getByRole('button', { name: 'Clean up' }).click();
  const dialog = dashboard.getByRole('dialog', { name: 'Clean up volumes' });
  await expect(dialog.getByRole('button', { name: 'Remove 1 volume' })).toBeEnabled();
  await dialog.getByRole('switch', { name: 'Volumes with a name too' }).click();
  await expect(dialog.getByRole('row', { name: /^Together 2/ })).toBeVisible();
  const both = dialog.getByRole('button', { name: /^Remove 2 volumes/ });
  await expect(both).toBeDisabled();
  await expect(dialog.getByRole('cell', { name: 'named' })).toBeVisible();
  await dialog.getByRole('switch', { name: 'Volumes with a name too' }).click();
  await dialog.getByRole('button', { name: /^Remove 1 volume/ }).click();
  await expect(dialog).toHaveCount(0);
  await expect(dashboard.getByText('nobody named it')).toHaveCount(0);
  expect(await agent.ok(['volume', 'ls', '-q'])).toBe('named');
});

test('the list filters, sorts and shows sizes, and the address remembers it', async ({
  dashboard,
  agent,
}) => {
  await agent.ok([
    'run',
    '--name',
    'web',
    '-v',
    'big:/a',
    '-v',
    'small:/b',
    'busybox',
    'sh',
    '-c',
    'head -c 3000000 /dev/zero > /a/x',
  ]);
  await dashboard.getByRole('checkbox', { name: 'Sizes' }).check();
  await expect(dashboard.getByRole('row', { name: /big/ })).toContainText(/MiB|MB/);
  await dashboard.getByRole('button', { name: 'Size' }).click();
  const first = dashboard.locator('[data-volume]').first();
  await expect(first).toContainText('big');
  await dashboard.getByRole('searchbox', { name: 'Filter volumes' }).fill('sma');
  await expect(dashboard.locator('[data-volume]')).toHaveCount(1);
  await expect(dashboard).toHaveURL(/=sma/);
  await dashboard.reload();
  await expect(first).toContainText('small');
  await first.getByRole('link', { name: 'web' }).click();
  await dashboard.getByRole('tab', { name: 'Config' }).click();
  await expect(dashboard.getByRole('cell', { name: 'big' })).toBeVisible();
});

test('the form for a new box offers the volumes and writes the command', async ({ dashboard, agent }) => {
  await agent.ok(['volume', 'create', 'known']);
  await dashboard.goto(new URL('/containers/new/?image=busybox', dashboard.url()).href);
  await dashboard.getByText('Files', { exact: true }).click();
  await dashboard.getByRole('button', { name: 'Add volume or directory' }).click();
  const source = dashboard.getByLabel('Volume or path on the host 1');
  await expect(dashboard.locator('datalist option[value="known"]')).toHaveCount(1);
  await source.fill('known');
  await dashboard.getByLabel('Path in the box 1').fill('/data');
  await expect(dashboard.getByText('-v known:/data').first()).toBeVisible();
});

/** Three kinds of volumes, all in one box. */
const fill = (agent: TestAgent) => {
  const labelled = 'source=labelled,target=/c,volume-label=team=orders';
  return agent.ok(['create', '--name', 'web', '-v', 'data:/a', '-v', '/b', '--mount', labelled, 'busybox']);
};

const DIALOGS = [
  ['Create', 'Create a volume'],
  ['Clean up', 'Clean up volumes'],
] as const;

/** Opens one dialog after the other. */
async function eachDialog(page: Page, look: (name: string) => Promise<void>): Promise<void> {
  for (const [button, dialog] of DIALOGS) {
    await page.getByRole('button', { name: button, exact: true }).click();
    await expect(page.getByRole('dialog', { name: dialog })).toBeVisible();
    await look(dialog);
    await page.keyboard.press('Escape');
    await expect(page.getByRole('dialog')).toHaveCount(0);
  }
  await choose(page, 'data', 'Remove…');
  await expect(page.getByRole('dialog', { name: 'Remove the volume data?' })).toBeVisible();
  await look('removing a volume');
}

test('the page and its dialogs are clean for axe', async ({ dashboard, agent }) => {
  await expectClean(dashboard, 'no volumes');
  await fill(agent);
  await expect(dashboard.locator('[data-volume="data"]')).toBeVisible();
  await expectClean(dashboard, 'volumes');
  await eachDialog(dashboard, (name) => expectClean(dashboard, name));
});

test.describe('on a phone', () => {
  test.use({ viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true });

  test('the page and its dialogs fit', async ({ dashboard, agent }) => {
    await fill(agent);
    await dashboard.getByRole('checkbox', { name: 'Sizes' }).check();
    await expect(dashboard.locator('[data-volume="data"]')).toBeVisible();
    await expectFits(dashboard, 'volumes');
    await eachDialog(dashboard, (name) => expectFits(dashboard, name));
  });
});
