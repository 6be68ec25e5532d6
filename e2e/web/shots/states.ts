import type { Page } from '@playwright/test';

/** One state of the dashboard worth a picture. */
export interface State {
  name: string;
  /** Where it is. */
  path: string;
  /** What to do there; resolves when the state is on the screen. */
  show?: (page: Page) => Promise<unknown>;
}

const view = (box: string, tab: string) => `/containers/view/?id=${box}&tab=${tab}`;
const button = (name: string | RegExp) => (page: Page) => page.getByRole('button', { name }).first().click();

/** Before there is any box. */
export const EMPTY: readonly State[] = [
  { name: 'empty-overview', path: '/' },
  { name: 'empty-boxes', path: '/containers/' },
  { name: 'empty-logs', path: '/logs/' },
  { name: 'empty-terminals', path: '/terminals/' },
  { name: 'empty-volumes', path: '/volumes/' },
  { name: 'empty-tasks', path: '/tasks/' },
];

/** With the yard of yard.ts. */
export const FULL: readonly State[] = [
  { name: 'overview', path: '/' },
  { name: 'boxes', path: '/containers/' },
  { name: 'boxes-failed', path: '/containers/?state=failed' },
  { name: 'boxes-nothing-found', path: '/containers/?q=nosuch' },
  {
    name: 'boxes-selected',
    path: '/containers/',
    async show(page) {
      await page.locator('[data-container="api"]').getByRole('checkbox').first().check();
      await page.locator('[data-container="worker"]').getByRole('checkbox').first().check();
    },
  },
  {
    name: 'boxes-peek',
    path: '/containers/',
    async show(page) {
      await page.locator('[data-container="api"]').first().focus();
      await page.keyboard.press('p');
    },
  },
  {
    name: 'boxes-remove',
    path: '/containers/',
    async show(page) {
      await page.locator('[data-container="api"]').first().focus();
      await page.keyboard.press('d');
      await page.getByRole('alertdialog').or(page.getByRole('dialog')).waitFor();
    },
  },
  { name: 'box-overview', path: view('api', 'overview') },
  { name: 'box-failed', path: view('import-prices', 'overview') },
  { name: 'box-logs', path: view('api', 'logs') },
  { name: 'box-terminal', path: view('shell', 'terminal'), show: fillTerminal },
  { name: 'box-no-terminal', path: view('api', 'terminal') },
  { name: 'box-stopped-terminal', path: view('mailer', 'terminal') },
  { name: 'box-stats', path: view('worker', 'stats') },
  { name: 'box-config', path: view('api', 'config') },
  { name: 'box-inspect', path: view('api', 'inspect') },
  { name: 'box-unknown', path: view('nosuch', 'overview') },
  { name: 'new-box', path: '/containers/new/' },
  {
    name: 'new-box-mistake',
    path: '/containers/new/',
    async show(page) {
      await page
        .getByRole('textbox', { name: /command/i })
        .last()
        .fill(
          "box run -d --name api -e LOG=debug --shm-size much -v /srv:/data:ro busybox sh -c 'date; sleep 60'",
        );
      await page.getByText('"much" is no size').first().waitFor();
    },
  },
  {
    name: 'new-box-mounts',
    path: '/containers/new/',
    async show(page) {
      await page
        .getByRole('textbox', { name: /command/i })
        .last()
        .fill('box run -v orders-db:/data -v /cache -v /srv:/srv:ro --volumes-from api busybox');
      await page.getByText('Files', { exact: true }).click();
    },
  },
  { name: 'logs', path: '/logs/?boxes=api,worker' },
  { name: 'logs-search', path: '/logs/?boxes=api&q=503' },
  { name: 'terminals', path: '/terminals/' },
  { name: 'images', path: '/images/' },
  {
    name: 'images-selected',
    path: '/images/',
    async show(page) {
      for (const name of ['shop:v1', 'busybox:latest']) {
        await page.getByRole('checkbox', { name: `Select ${name}` }).check();
      }
    },
  },
  { name: 'images-pull', path: '/images/?show=pull' },
  { name: 'images-upload', path: '/images/', show: button('Upload') },
  { name: 'volumes', path: '/volumes/?sizes=true' },
  { name: 'volumes-create', path: '/volumes/', show: button('Create') },
  {
    name: 'volumes-prune',
    path: '/volumes/',
    async show(page) {
      await page.getByRole('button', { name: 'Clean up' }).click();
      await page.getByRole('switch').click();
      await page.getByRole('cell', { name: 'uploads' }).waitFor();
    },
  },
  {
    name: 'volumes-remove',
    path: '/volumes/',
    async show(page) {
      await page.getByRole('button', { name: 'More for uploads' }).click();
      await page.getByRole('menuitem', { name: 'Remove' }).click();
    },
  },
  {
    name: 'images-prune',
    path: '/images/?show=prune',
    async show(page) {
      await page.getByRole('switch', { name: /^Named images too/ }).check();
      await page.getByText('Together').waitFor();
    },
  },
  { name: 'images-menu', path: '/images/', show: button('More for shop:v1') },
  { name: 'images-push', path: '/images/view/?id=shop:v1', show: button('Push shop:v1') },
  { name: 'images-save', path: '/images/view/?id=shop:v1', show: button('Save shop:v1') },
  { name: 'image', path: '/images/view/?id=shop:v1' },
  {
    name: 'image-layers',
    path: '/images/view/?id=shop:v1&tab=layers',
    async show(page) {
      await page.getByText('COPY server /app/').click();
      await page.getByRole('button', { name: 'etc/' }).click();
      await page.getByText('deleted here').waitFor();
    },
  },
  { name: 'image-history', path: '/images/view/?id=shop:v1&tab=history' },
  { name: 'image-config', path: '/images/view/?id=shop:v1&tab=config' },
  { name: 'image-inspect', path: '/images/view/?id=shop:v1&tab=inspect' },
  { name: 'image-unknown', path: '/images/view/?id=nosuch' },
  { name: 'tasks', path: '/tasks/' },
  { name: 'tasks-sheet', path: '/containers/', show: (page) => page.keyboard.press('b') },
  {
    name: 'pull-dialog',
    path: '/images/?show=pull',
    async show(page) {
      // Behind the dialog, which hides it from roles.
      const running = await page.locator('article h3').first().textContent();
      await page.getByLabel('Image', { exact: true }).fill(running?.replace('Pull ', '') ?? '');
      await page.keyboard.press('Enter');
      await page.getByRole('dialog').locator('article').waitFor();
    },
  },
  { name: 'settings-registries', path: '/settings/?tab=registries&host=registry.example.com:5000' },
  { name: 'events', path: '/events/' },
  { name: 'settings', path: '/settings/' },
  { name: 'settings-sessions', path: '/settings/?tab=sessions' },
  { name: 'settings-appearance', path: '/settings/?tab=appearance' },
  { name: 'settings-diagnostics', path: '/settings/?tab=diagnostics' },
  { name: 'settings-audit', path: '/settings/?tab=audit' },
  {
    name: 'dock',
    path: '/containers/',
    async show(page) {
      await page.locator('[data-container="api"]').first().focus();
      await page.keyboard.press('e');
      await page.getByRole('log').getByText('GET').first().waitFor();
    },
  },
  { name: 'palette', path: '/', show: (page) => page.keyboard.press('Control+k') },
  { name: 'keys', path: '/containers/', show: (page) => page.keyboard.press('?') },
];

/** While the agent is gone: opened before it goes, pictured afterwards. */
export const GONE: readonly State[] = [
  { name: 'gone-boxes', path: '/containers/' },
  { name: 'gone-terminal', path: view('shell', 'terminal') },
];

/** Types something to look at into the terminal on the page. */
export async function fillTerminal(page: Page): Promise<void> {
  await page.getByTestId('terminal').first().click();
  await page.keyboard.type('clear; ls --color=always -l /; ps; echo $((6*7))\n');
  await page.waitForFunction(() => {
    const element = document.querySelector<HTMLElement & { terminalView?: { screen: string } }>(
      '[data-testid=terminal]',
    );
    return element?.terminalView?.screen.includes('\n42\n');
  });
}
