import { execFileSync } from 'node:child_process';
import { closeSync, existsSync, ftruncateSync, mkdirSync, mkdtempSync, openSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { apiOf } from '../harness/api.ts';
import { writeLayout } from '../harness/image-fixture.ts';
import { skopeo } from '../harness/registry.ts';
import { expectClean } from './axe.ts';
import { expect, test } from './fixtures.ts';
import { sampleImage } from './sample-image.ts';
import { goTo } from './terminals.ts';

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

const image = sampleImage();
const idOf = () => JSON.parse(image.manifest.bytes.toString()).config.digest.replace('sha256:', '') as string;

test('a saved image is uploaded, has a page with its layers, files and history, and is saved to a file that skopeo reads', async ({
  dashboard,
  agent,
}) => {
  const layout = join(folder, 'layout');
  writeLayout(layout, image, 'team/shop:v1');
  execFileSync('tar', ['-C', layout, '-cf', join(folder, 'shop.tar'), '.']);
  await dashboard.getByRole('button', { name: 'Upload', exact: true }).click();
  const upload = dashboard.getByRole('dialog', { name: 'Upload an archive' });
  await upload.getByLabel('Archive').setInputFiles(join(folder, 'shop.tar'));
  await upload.getByRole('button', { name: 'Load' }).click();
  await expect(upload).toHaveCount(0);
  const main = dashboard.getByRole('main');
  await main.getByRole('link', { name: 'team/shop:v1', exact: true }).click();
  await expect(dashboard.getByRole('heading', { name: 'team/shop:v1', level: 1 })).toBeVisible();
  await expect(main.getByText('Ada <ada@example.com>')).toBeVisible();
  await expectClean(dashboard, 'image overview');

  await dashboard.getByRole('tab', { name: /^Layers/ }).click();
  await expect(main.getByText('RUN apk add libshop')).toBeVisible();
  await main.getByText('COPY server /app/').click();
  const files = main.getByRole('region', { name: 'Files of layer 3' });
  await files.getByRole('button', { name: 'etc/' }).click();
  await expect(files.getByText('deleted here')).toBeVisible();
  await files.getByRole('button', { name: 'app/' }).click();
  await expect(files.getByText('rwxr-xr-x').first()).toBeVisible();
  await expect(files.getByText('server')).toBeVisible();
  await expectClean(dashboard, 'image layers');

  for (const [tab, words] of [
    ['History', 'CMD ["sh", "/app/server"]'],
    ['Config', '8080/tcp'],
    ['Inspect', 'rootfs'],
  ] as const) {
    await dashboard.getByRole('tab', { name: tab }).click();
    await expect(main.getByText(words, { exact: false }).first()).toBeVisible();
    await expectClean(dashboard, `image ${tab}`);
  }
  await expect(main.getByText('SHOP_TOKEN=secret')).toHaveCount(1);

  await dashboard.getByRole('button', { name: 'Save team/shop:v1' }).click();
  await dashboard.getByLabel('Format').selectOption('oci');
  await expectClean(dashboard, 'save dialog');
  const download = dashboard.waitForEvent('download');
  await dashboard.getByRole('button', { name: 'Download', exact: true }).click();
  await (await download).saveAs(join(folder, 'saved.tar'));
  await skopeo(['copy', `oci-archive:${join(folder, 'saved.tar')}`, `oci:${join(folder, 'read')}:shop`]);
  expect(existsSync(join(folder, 'read/blobs/sha256', image.manifest.digest.replace('sha256:', '')))).toBe(
    true,
  );
  await agent.ok(['rmi', 'team/shop:v1']);
  await expect(dashboard.getByText('There is no image “team/shop:v1”')).toBeVisible();
});

test('names come and go, and what no box needs is shown before it is cleaned up', async ({
  dashboard,
  agent,
}) => {
  const layout = join(folder, 'layout-2');
  writeLayout(layout, image, 'team/shop:v1');
  await agent.ok(['load', layout]);
  await agent.ok(['create', '--name', 'keeper', 'busybox']);
  const row = dashboard.getByRole('row', { name: /team\/shop:v1/ });
  await choose(dashboard, 'team/shop:v1', 'Add a name…');
  await dashboard.getByLabel('Name', { exact: true }).fill('Shop');
  await expect(dashboard.getByText(/small letters/)).toBeVisible();
  await dashboard.getByLabel('Name', { exact: true }).fill('shop');
  await expectClean(dashboard, 'tag dialog');
  await dashboard.keyboard.press('Enter');
  await expect(row.getByRole('link', { name: 'shop:latest', exact: true })).toBeVisible();
  await choose(dashboard, 'shop:latest', 'Take the name shop:latest away');
  await expect(dashboard.getByText('shop:latest is no name of it any more')).toBeVisible();
  await dashboard.getByRole('button', { name: 'Undo' }).click();
  await expect(row.getByRole('link', { name: 'shop:latest', exact: true })).toBeVisible();

  await dashboard.getByRole('button', { name: 'Clean up', exact: true }).click();
  const dialog = dashboard.getByRole('dialog', { name: 'Clean up images' });
  await expect(dialog.getByText(/^Nothing to remove/)).toBeVisible();
  await dialog.getByRole('switch', { name: /^Named images too/ }).check();
  await expect(dialog.getByRole('listitem').filter({ hasText: 'shop' })).toBeVisible();
  await expect(dialog.getByText('busybox:latest')).toHaveCount(0);
  await expectClean(dashboard, 'clean-up');
  await dialog.getByRole('button', { name: /^Free/ }).click();
  await expect(dialog).toHaveCount(0);
  await expect(row).toHaveCount(0);
  expect((await apiOf(agent).query('images.list', undefined)).map(({ id }) => id)).not.toContain(idOf());
});

test('several images are removed at once, in any order of the list; the keys do what the mouse does', async ({
  dashboard,
  agent,
}) => {
  const layout = join(folder, 'layout-3');
  writeLayout(layout, sampleImage(), 'many/a:1');
  await agent.ok(['load', layout]);
  const other = join(folder, 'layout-4');
  writeLayout(other, sampleImage(), 'many/b:1');
  await agent.ok(['load', other]);
  await dashboard.getByRole('button', { name: /^Name/ }).click();
  await expect(dashboard).toHaveURL(/sort=name/);
  await dashboard.keyboard.press('/');
  await dashboard.keyboard.type('many');
  await expect(dashboard.getByRole('row')).toHaveCount(3);
  await dashboard.getByRole('link', { name: 'many/a:1', exact: true }).focus();
  await dashboard.keyboard.press('x');
  await dashboard.keyboard.press('ArrowDown');
  await expect(dashboard.getByRole('link', { name: 'many/b:1', exact: true })).toBeFocused();
  await dashboard.keyboard.press('x');
  const bar = dashboard.getByRole('region', { name: 'Selected images' });
  await expect(bar.getByText('2 selected')).toBeVisible();
  await expectClean(dashboard, 'selected images');
  await bar.getByRole('button', { name: 'Remove' }).click();
  await dashboard.getByRole('button', { name: 'Remove 2 images' }).click();
  await expect(dashboard.getByText('2 images removed')).toBeVisible();
  await expect(dashboard.getByText('No image is like that')).toBeVisible();
});

test('an address of no image says so and offers to pull it', async ({ dashboard }) => {
  await goTo(dashboard, '/images/view/?id=nosuch:v9');
  await expect(dashboard.getByText('There is no image “nosuch:v9”')).toBeVisible();
  await expectClean(dashboard, 'no such image');
  await dashboard.getByRole('button', { name: 'Pull it' }).click();
  await expect(dashboard.getByLabel('Image', { exact: true })).toHaveValue('nosuch:v9');
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
