/**
 * Pictures of every page and state, light and dark, at four widths, from a real agent with real boxes: `npm run shots [-- NAME…]`.
 * They go to test-results/shots for people to look at; three of them are the README's.
 */
import { copyFileSync, mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { type Browser, chromium, type Page } from '@playwright/test';
import { TestAgent } from '../harness/agent.ts';
import { CHROMIUM } from './browser.ts';
import { fillImages } from './shots/images.ts';
import { EMPTY, FULL, GONE, type State } from './shots/states.ts';
import { fillYard } from './shots/yard.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const OUT = join(ROOT, 'test-results/shots');
const THEMES = ['light', 'dark'] as const;
const SIZES = [
  { width: 1440, height: 860 },
  { width: 1024, height: 768 },
  { width: 768, height: 1024 },
  { width: 390, height: 844 },
];
/** Figures come once a second, fonts and charts after the page: a picture before that shows none of them. */
const SETTLE_MS = 1_600;
const RESIZED_MS = 350;
/** Of the list's curves, minutes of the boxes' life in seconds of ours. */
const HISTORY_MS = 12_000;
const README: Record<string, string> = {
  'boxes-light-1440.png': 'boxes.png',
  'logs-dark-1440.png': 'logs.png',
  'box-terminal-light-1440.png': 'terminal.png',
};

const wanted = process.argv.slice(2);
const chosen = (states: readonly State[]) =>
  states.filter(({ name }) => wanted.length === 0 || wanted.includes(name));

/** A page of one theme that is signed in by a link of its own. */
async function openPage(browser: Browser, agent: TestAgent, theme: (typeof THEMES)[number]): Promise<Page> {
  const context = await browser.newContext({ viewport: SIZES[0], colorScheme: theme });
  const page = await context.newPage();
  page.on('pageerror', (error) => console.error(`${page.url()}: ${error.message}`));
  await page.goto((await agent.ok(['ui'])).match(/http:\S+/)?.[0] ?? '');
  await page.getByText('live', { exact: true }).waitFor();
  return page;
}

async function shoot(page: Page, theme: string, name: string): Promise<void> {
  for (const size of SIZES) {
    await page.setViewportSize(size);
    await page.waitForTimeout(RESIZED_MS);
    await page.screenshot({ path: join(OUT, `${name}-${theme}-${size.width}.png`) });
  }
}

async function open(page: Page, { name, path, show }: State): Promise<void> {
  await page.setViewportSize(SIZES[0] ?? { width: 1440, height: 860 });
  await page.goto(new URL(path, page.url()).href);
  await page.waitForTimeout(SETTLE_MS);
  await show?.(page).catch((error: Error) => console.error(`${name}: ${error.message.split('\n')[0]}`));
  await page.waitForTimeout(RESIZED_MS);
}

async function shootAll(browser: Browser, agent: TestAgent, states: readonly State[]): Promise<void> {
  for (const theme of THEMES) {
    const page = await openPage(browser, agent, theme);
    for (const state of chosen(states)) {
      await open(page, state);
      await shoot(page, theme, state.name);
    }
    await page.context().close();
  }
}

/** Pages that nobody signed in to. */
async function shootSignedOut(browser: Browser, agent: TestAgent): Promise<void> {
  if (wanted.length > 0 && !wanted.includes('signed-out')) return;
  const address = new URL((await agent.ok(['ui'])).match(/http:\S+/)?.[0] ?? '').origin;
  for (const theme of THEMES) {
    const page = await browser.newPage({ viewport: SIZES[0], colorScheme: theme });
    await page.goto(address);
    await page.getByText('box ui').first().waitFor();
    await shoot(page, theme, 'signed-out');
    await page.goto(`${address}/signin/#token=used`);
    await page
      .getByText(/used already/)
      .first()
      .waitFor();
    await shoot(page, theme, 'signin-used');
    await page.close();
  }
}

async function shootGone(browser: Browser, agent: TestAgent): Promise<void> {
  for (const theme of THEMES) {
    for (const state of chosen(GONE)) {
      const page = await openPage(browser, agent, theme);
      await open(page, state);
      await agent.kill9();
      await page.waitForTimeout(SETTLE_MS);
      await shoot(page, theme, state.name);
      await agent.launch();
      await page.context().close();
    }
  }
}

mkdirSync(OUT, { recursive: true });
await using agent = await TestAgent.start({ BOXYARD_LISTEN: '127.0.0.1:7420' });
const browser = await chromium.launch(CHROMIUM);
try {
  await shootSignedOut(browser, agent);
  await shootAll(browser, agent, EMPTY);
  await fillYard(agent);
  await using _images = await fillImages(agent);
  const watching = await openPage(browser, agent, 'light');
  await watching.goto(new URL('/containers/', watching.url()).href);
  await watching.waitForTimeout(HISTORY_MS);
  await shootAll(browser, agent, FULL);
  await shootGone(browser, agent);
} finally {
  await browser.close();
}
for (const [picture, name] of Object.entries(README)) {
  if (wanted.length === 0) copyFileSync(join(OUT, picture), join(ROOT, 'docs/images', name));
}
console.log(`pictures in ${OUT}`);
