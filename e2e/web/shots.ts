/**
 * Pictures of every page, light and dark, wide and narrow, from a real agent with real boxes: `npm run shots`. They go to
 * test-results/shots for people to look at; one of them is the README's.
 */
import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { type Browser, chromium, type Page } from '@playwright/test';
import { TestAgent } from '../harness/agent.ts';
import { CHROMIUM } from './browser.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const OUT = join(ROOT, 'test-results/shots');
/** The README's picture: the list, and below it a log beside a terminal. */
const COLLAGE = { width: 1296, top: 400, bottom: 440, gap: 16 };
const THEMES = ['light', 'dark'] as const;
const SIZES = [
  { width: 1440, height: 860 },
  { width: 390, height: 844 },
];

/** A log that looks like one: times, levels and colours. */
const SERVER = String.raw`i=0; while :; do i=$((i+1)); m=200; c=32
  [ $((i % 7)) = 0 ] && m=304 c=36; [ $((i % 23)) = 0 ] && m=503 c=31
  printf "\033[%sm%s\033[0m GET /orders/%04d \033[2m%d ms\033[0m\n" $c $m $((i * 37 % 9999)) $((i * 13 % 90 + 3))
  [ $((i % 23)) = 0 ] && echo "upstream timed out after 3 s" >&2; sleep 0.02; done`;

async function fillYard(agent: TestAgent): Promise<void> {
  const run = (name: string, ...rest: string[]) => agent.ok(['run', '-d', '--name', name, ...rest]);
  await run('migrate-42', 'busybox', 'sh', '-c', 'echo applied 12 migrations');
  await run('import-prices', 'busybox', 'sh', '-c', 'echo "no such file: prices.csv" >&2; exit 2');
  await run('cache', 'busybox', 'sleep', '100000');
  await run(
    'worker',
    'busybox',
    'sh',
    '-c',
    'trap "exit 0" TERM; while :; do echo waiting for jobs; sleep 5; done',
  );
  await run('mailer', 'busybox', 'sh', '-c', 'trap "exit 0" TERM; while :; do sleep 0.1; done');
  await run('api', 'busybox', 'sh', '-c', SERVER);
  await agent.ok(['run', '-dit', '--name', 'shell', 'busybox', 'sh']);
  await agent.ok(['create', '--name', 'nightly-report', 'busybox', 'sh', '-c', 'date']);
  await agent.ok(['stop', 'mailer']);
  await agent.ok(['kill', 'cache']);
}

type Theme = (typeof THEMES)[number];
interface Look {
  theme: Theme;
  width: number;
  height: number;
}

/** Signs in by a link of its own and takes all pictures of one look. */
async function shoot(browser: Browser, agent: TestAgent, { theme, width, height }: Look): Promise<void> {
  const context = await browser.newContext({ viewport: { width, height }, colorScheme: theme });
  const page = await context.newPage();
  const shot = (name: string) => page.screenshot({ path: join(OUT, `${name}-${theme}-${width}.png`) });
  const link = (await agent.ok(['ui'])).match(/http:\S+/)?.[0];
  if (!link) throw new Error('box ui printed no link');
  await page.goto(new URL(link).origin);
  await page.getByText('box ui').waitFor();
  await shot('signed-out');
  await page.goto(link);
  await page.getByText('live', { exact: true }).waitFor();
  if ((await agent.ok(['ps', '-aq'])) === '') {
    await page.getByRole('link', { name: 'Boxes', exact: true }).click();
    await page.getByText('No boxes yet').waitFor();
    await shot('empty');
    await context.close();
    return;
  }
  await page.getByRole('link', { name: 'Boxes', exact: true }).click();
  await page.getByRole('link', { name: 'api', exact: true }).waitFor();
  await shot('boxes');
  await page.getByRole('link', { name: 'New box' }).click();
  await page
    .getByLabel('Command line')
    .fill(
      "box run -d --name api -e LOG=debug --shm-size much -v /srv:/data:ro busybox sh -c 'date; sleep 60'",
    );
  await page.getByText('"much" is no size').first().waitFor();
  await shot('new-box');
  await page.getByRole('button', { name: 'Cancel' }).click();
  await page.getByRole('link', { name: 'api', exact: true }).click();
  await page.getByRole('log').getByText('GET').first().waitFor();
  await shot('logs');
  await page.getByRole('main').getByRole('link', { name: 'Terminal', exact: true }).click();
  await page.getByRole('button', { name: 'Open a shell' }).waitFor();
  await shot('no-terminal');
  await page.getByRole('main').getByRole('link', { name: 'Inspect', exact: true }).click();
  await page.getByText('Configuration and state').waitFor();
  await shot('inspect');
  await page.getByRole('link', { name: 'Boxes', exact: true }).first().click();
  await page.getByRole('link', { name: 'shell', exact: true }).click();
  await page.getByRole('main').getByRole('link', { name: 'Terminal', exact: true }).click();
  await page.getByText('● live').waitFor();
  await fillTerminal(page);
  await shot('terminal');
  await agent.kill9();
  await page.getByText('reconnecting: the box goes on').waitFor();
  await shot('agent-gone');
  await agent.launch();
  await context.close();
}

async function fillTerminal(page: Page): Promise<void> {
  await page.keyboard.type('clear; ls --color=always -l /; ps; echo $((6*7))\n');
  await page.waitForFunction(() => {
    const element = document.querySelector<HTMLElement & { terminalView?: { screen: string } }>(
      '[data-testid=terminal]',
    );
    return element?.terminalView?.screen.includes('\n42\n');
  });
}

/** Three real pages on one picture. */
async function collage(browser: Browser, agent: TestAgent): Promise<void> {
  const { width, top, bottom, gap } = COLLAGE;
  const half = (width - gap) / 2;
  const context = await browser.newContext({ viewport: { width, height: top }, colorScheme: 'light' });
  const page = await context.newPage();
  await page.goto((await agent.ok(['ui'])).match(/http:\S+/)?.[0] ?? '');
  await page.getByRole('link', { name: 'Boxes', exact: true }).click();
  await page.getByRole('link', { name: 'api', exact: true }).waitFor();
  const pictures = [await page.screenshot()];
  await page.getByRole('link', { name: 'api', exact: true }).click();
  await page.setViewportSize({ width: half, height: bottom });
  await page.getByRole('log').getByText('503').first().waitFor();
  pictures.push(await page.screenshot());
  await page.getByRole('link', { name: 'Boxes', exact: true }).first().click();
  await page.getByRole('link', { name: 'shell', exact: true }).click();
  await page.getByRole('main').getByRole('link', { name: 'Terminal', exact: true }).click();
  await page.getByText('● live').waitFor();
  await fillTerminal(page);
  pictures.push(await page.screenshot());

  const sheet = await browser.newPage({ viewport: { width, height: top + gap + bottom } });
  await sheet.setContent(
    `<body style="margin:0;background:#dfe3e8;display:flex;flex-wrap:wrap;gap:${gap}px">` +
      pictures.map((png) => `<img src="data:image/png;base64,${png.toString('base64')}">`).join(''),
  );
  await sheet.screenshot({ path: join(ROOT, 'docs/images/dashboard.png') });
}

mkdirSync(OUT, { recursive: true });
await using agent = await TestAgent.start({ BOXYARD_LISTEN: '127.0.0.1:7420' });
const browser = await chromium.launch(CHROMIUM);
try {
  const looks = THEMES.flatMap((theme) => SIZES.map((size) => ({ theme, ...size })));
  for (const look of looks) await shoot(browser, agent, look);
  await fillYard(agent);
  for (const look of looks) await shoot(browser, agent, look);
  await collage(browser, agent);
} finally {
  await browser.close();
}
console.log(`pictures in ${OUT}`);
