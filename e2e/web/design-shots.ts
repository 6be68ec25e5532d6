/**
 * Pictures of the design page, part by part, light and dark, wide and narrow, to test-results/design, and what axe finds in them: `npm run shots:design`. Its pages
 * are built apart from the shipped ones (BOXYARD_DESIGN=1) and need no agent.
 */
import { once } from 'node:events';
import { mkdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join, resolve } from 'node:path';
import AxeBuilder from '@axe-core/playwright';
import { type Browser, chromium, type Page } from '@playwright/test';
import { CHROMIUM } from './browser.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const BUILT = join(ROOT, 'apps/web/.next-design');
const OUT = join(ROOT, 'test-results/design');
const TYPES: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.woff2': 'font/woff2',
  '.svg': 'image/svg+xml',
};
const PARTS = ['controls', 'floating', 'figures', 'states'];
/** A busy button is pale as a disabled one is, which needs no contrast (WCAG 2.2, 1.4.3), but axe does not know `aria-disabled` words. */
const DISABLED = '[aria-disabled=true]';
const OPENS = ['dialog', 'long', 'confirm', 'typed', 'right', 'bottom', 'palette'];
/** Longer than any of the kit's transitions. */
const SETTLED_MS = 250;

function complain(what: string): void {
  console.error(what);
  process.exitCode = 1;
}

const server = createServer((request, response) => {
  const path = new URL(request.url ?? '/', 'http://design').pathname;
  const file = join(BUILT, path.endsWith('/') ? `${path}index.html` : path);
  try {
    const content = readFileSync(file);
    response.setHeader('content-type', TYPES[extname(file)] ?? 'application/octet-stream').end(content);
  } catch {
    response.writeHead(404).end();
  }
});

async function shoot(browser: Browser, theme: 'light' | 'dark', width: number): Promise<void> {
  const touch = width < 480;
  const context = await browser.newContext({
    viewport: { width, height: 1600 },
    colorScheme: theme,
    hasTouch: touch,
    isMobile: touch,
  });
  const page = await context.newPage();
  const shot = async (name: string) => {
    await page.waitForTimeout(SETTLED_MS);
    await page.screenshot({ path: join(OUT, `${name}-${theme}-${width}.png`) });
  };
  // No agent answers here: with a secret the shell shows the page and says so, without one it would ask to sign in.
  await page.addInitScript(() => localStorage.setItem('boxyard.session', 'design'));
  await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/dev/`);
  for (const part of PARTS) {
    await page.getByRole('tab', { name: part }).click();
    await shot(part);
    await report(page, `${part} ${theme} ${width}`);
    if (part !== 'floating') continue;
    for (const name of OPENS) {
      await page.getByRole('button', { name: `Open ${name}` }).click();
      await shot(`open-${name}`);
      await report(page, `open ${name} ${theme} ${width}`);
      await page.keyboard.press('Escape');
    }
    await page.getByRole('button', { name: 'Menu' }).click();
    await shot('open-menu');
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Error toast' }).click();
    await page.getByRole('button', { name: 'Toast', exact: true }).click();
    await shot('open-toasts');
    await report(page, `toasts ${theme} ${width}`);
    // A toast that fades away has no contrast to speak of.
    await page.reload();
  }
  await context.close();
}

/** What sticks out at the side would be cut off on a phone; and what axe finds. */
async function report(page: Page, what: string): Promise<void> {
  const [wide, there] = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
  if (wide !== undefined && there !== undefined && wide > there)
    complain(`${what}: ${wide - there} px stick out`);
  const { violations } = await new AxeBuilder({ page }).exclude(DISABLED).analyze();
  for (const { id, nodes } of violations) {
    for (const { html, failureSummary } of nodes) complain(`${what}: ${id}\n  ${html}\n  ${failureSummary}`);
  }
}

mkdirSync(OUT, { recursive: true });
await once(server.listen(0, '127.0.0.1'), 'listening');
const browser = await chromium.launch(CHROMIUM);
try {
  for (const theme of ['light', 'dark'] as const) {
    for (const width of [1440, 390]) await shoot(browser, theme, width);
  }
} finally {
  await browser.close();
  server.close();
  server.closeAllConnections();
}
