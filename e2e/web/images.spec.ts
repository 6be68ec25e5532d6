import { execFileSync } from 'node:child_process';
import { closeSync, ftruncateSync, mkdirSync, mkdtempSync, openSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { expect, test } from './fixtures.ts';

let folder: string;
test.beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'bxi-'));
  const root = join(folder, 'root');
  mkdirSync(join(root, 'bin'), { recursive: true });
  execFileSync('cp', ['/bin/busybox', join(root, 'bin/busybox')]);
  execFileSync('ln', ['-s', 'busybox', join(root, 'bin/sh')]);
  execFileSync('tar', ['-C', root, '-czf', join(folder, 'Tiny Root.tar.gz'), '.']);
  const large = openSync(join(root, 'large'), 'w');
  ftruncateSync(large, 20 * 1024 * 1024);
  closeSync(large);
  execFileSync('tar', ['-C', root, '-cf', join(folder, 'large.tar'), '.']);
});
test.afterAll(() => rmSync(folder, { recursive: true }));

test.beforeEach(async ({ dashboard }) => {
  await dashboard.getByRole('link', { name: 'Images', exact: true }).first().click();
  await expect(dashboard.getByRole('link', { name: 'busybox:latest', exact: true })).toBeVisible();
});

async function openImport(page: Page) {
  await page.getByRole('button', { name: 'Upload', exact: true }).click();
  const dialog = page.getByRole('dialog', { name: 'Upload an archive' });
  await dialog.getByLabel('A root file system').check();
  return dialog;
}

/** Chooses from the menu of an image's row. */
async function choose(page: Page, image: string, item: string) {
  await page.getByRole('button', { name: `More for ${image}`, exact: true }).click();
  await page.getByRole('menuitem', { name: item }).click();
}

test('an archive becomes an image that boxes run, and is removed again', async ({ dashboard, agent }) => {
  const dialog = await openImport(dashboard);
  await dialog.getByLabel('Archive').setInputFiles(join(folder, 'Tiny Root.tar.gz'));
  await expect(dialog.getByLabel('Name', { exact: true })).toHaveValue('tiny-root');
  await dialog.getByLabel('Command').fill("sh -c 'echo from the image'");
  await dialog.getByRole('button', { name: 'Import' }).click();
  await expect(dialog).toHaveCount(0);
  const row = dashboard.getByRole('row', { name: /tiny-root:latest/ });
  await expect(row).toBeVisible();
  expect(await agent.ok(['run', '--name', 'tiny', 'tiny-root'])).toBe('from the image');
  await expect(row.getByRole('link', { name: '1 box' })).toBeVisible();

  await choose(dashboard, 'tiny-root:latest', 'Remove…');
  const confirm = dashboard.getByRole('dialog', { name: 'Remove tiny-root:latest?' });
  await confirm.getByRole('button', { name: 'Remove image' }).click();
  await expect(confirm.getByRole('alert')).toContainText('tiny');
  await confirm.getByRole('button', { name: 'Cancel' }).click();
  await agent.ok(['rm', 'tiny']);
  await expect(row.getByText('no box')).toBeVisible();
  await choose(dashboard, 'tiny-root:latest', 'Remove…');
  await confirm.getByRole('button', { name: 'Remove image' }).click();
  await expect(row).toHaveCount(0);
});

test('an upload says how far it is, and stopping it leaves nothing', async ({ dashboard, agent }) => {
  const network = await dashboard.context().newCDPSession(dashboard);
  await network.send('Network.emulateNetworkConditions', {
    offline: false,
    latency: 0,
    downloadThroughput: -1,
    uploadThroughput: 1024 * 1024,
  });
  const dialog = await openImport(dashboard);
  await dialog.getByLabel('Archive').setInputFiles(join(folder, 'large.tar'));
  await dialog.getByRole('button', { name: 'Import' }).click();
  await expect(dialog.getByText(/MiB of 2\d(\.\d)?\sMiB sent, [1-9][\d.]*%/)).toBeVisible();
  await dialog.getByRole('button', { name: 'Cancel' }).click();
  await expect(dialog.getByRole('meter')).toHaveCount(0);
  await expect(dialog.getByLabel('Name', { exact: true })).toHaveValue('large');
  await dashboard.keyboard.press('Escape');
  expect(await agent.ok(['images', '--format', '{{.Repository}}'])).toBe('busybox');
});

test('what is no archive is refused in words, and what was typed stays', async ({ dashboard }) => {
  const transfer = await dashboard.evaluateHandle(() => {
    const data = new DataTransfer();
    data.items.add(new File(['this is no archive'], 'notes.tar'));
    return data;
  });
  await dashboard.dispatchEvent('main', 'drop', { dataTransfer: transfer });
  const dialog = dashboard.getByRole('dialog', { name: 'Upload an archive' });
  await dialog.getByLabel('A root file system').check();
  await expect(dialog.getByText('notes.tar', { exact: false })).toBeVisible();
  await dialog.getByLabel('Name', { exact: true }).fill('Not A Name');
  await expect(dialog.getByText('Small letters', { exact: false })).toBeVisible();
  await expect(dialog.getByRole('button', { name: 'Import' })).toBeDisabled();
  await dialog.getByLabel('Name', { exact: true }).fill('notes');
  await dialog.getByRole('button', { name: 'Import' }).click();
  await expect(dialog.getByRole('alert')).toBeVisible();
  await expect(dialog.getByLabel('Name', { exact: true })).toHaveValue('notes');
});

test('the filter is in the address, and Use leads to a new box of that image', async ({ dashboard }) => {
  await dashboard.getByLabel('Filter images').fill('nothing-like-it');
  await expect(dashboard.getByText('No image is like that')).toBeVisible();
  await expect(dashboard).toHaveURL(/q=nothing-like-it/);
  await dashboard.reload();
  await dashboard.getByRole('button', { name: 'Show all' }).click();
  await dashboard.getByRole('link', { name: 'Use busybox:latest for a new box' }).click();
  await expect(dashboard).toHaveURL(/\/containers\/new\/\?image=busybox(%3A|:)latest/);
});
