import { test as base, type ConsoleMessage, expect, type Page } from '@playwright/test';
import { TestAgent } from '../harness/agent.ts';
import { PORT } from './browser.ts';

interface Fixtures {
  /** A page that is signed in and shows the list of boxes. Errors on its console and CSP violations fail the test. */
  dashboard: Page;
}
interface WorkerFixtures {
  agent: TestAgent;
}

/** What a browser says when the agent is gone on purpose. A call that the agent refuses is told on the page; that a browser logs it too is no fault. */
const AGENT_GONE =
  /net::ERR_(CONNECTION_(REFUSED|RESET)|EMPTY_RESPONSE|SOCKET_NOT_CONNECTED)|WebSocket connection to .* failed|Failed to load chunk/;
const isExpected = (message: ConsoleMessage) =>
  AGENT_GONE.test(message.text()) ||
  /^\/(trpc|transfer)\//.test(new URL(message.location().url || 'about:blank').pathname);

export const test = base.extend<Fixtures, WorkerFixtures>({
  agent: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the pattern to know the dependencies
    async ({}, use) => {
      await using agent = await TestAgent.start({ BOXYARD_LISTEN: `127.0.0.1:${PORT}` });
      await use(agent);
      expect(await agent.leaks()).toEqual([]);
    },
    { scope: 'worker' },
  ],
  dashboard: async ({ page, agent }, use) => {
    const problems: string[] = [];
    page.on('console', (message) => {
      if (message.type() === 'error' && !isExpected(message)) problems.push(message.text());
    });
    page.on('pageerror', (error) => problems.push(error.message));
    await signIn(page, agent);
    await page.getByRole('link', { name: 'Boxes', exact: true }).click();
    await expect(page.getByRole('heading', { name: 'Boxes', exact: true })).toBeVisible();
    await use(page);
    expect(problems).toEqual([]);
    const ids = await agent.ok(['ps', '-aq', '--no-trunc']);
    if (ids) await agent.ok(['rm', '-f', ...ids.split('\n')]);
  },
});
export { expect };

/** By the one-time link that `box ui` prints; the page is the Overview then. */
export async function signIn(page: Page, agent: TestAgent): Promise<void> {
  await page.goto(await signInLink(agent));
  await expect(page.getByRole('heading', { name: 'Overview', exact: true })).toBeVisible();
  await expect(page.getByText('live', { exact: true })).toBeVisible();
}

export async function signInLink(agent: TestAgent): Promise<string> {
  const link = (await agent.ok(['ui'])).match(/http:\S+/)?.[0];
  if (!link) throw new Error('box ui printed no link');
  return link;
}

/** The text on xterm's screen, as a person sees it; `history`: with what scrolled off. */
export function screenText(page: Page, part: 'screen' | 'history' = 'screen'): Promise<string> {
  return page
    .getByTestId('terminal')
    .evaluate(
      (element, key) =>
        (element as HTMLElement & { terminalView?: Record<string, string> }).terminalView?.[key] ?? '',
      part,
    );
}

/** Bytes that scripts of this page hold after a collection. */
export async function heapBytes(page: Page): Promise<number> {
  const session = await page.context().newCDPSession(page);
  await session.send('HeapProfiler.collectGarbage');
  const { usedSize } = await session.send('Runtime.getHeapUsage');
  await session.detach();
  return usedSize;
}

/** Opens a box's page from the list, at a tab. */
export async function openBox(page: Page, name: string, tab: 'Logs' | 'Terminal' | 'Inspect'): Promise<void> {
  const content = page.getByRole('main');
  await content.getByRole('link', { name, exact: true }).click();
  const link = content.getByRole('link', { name: tab, exact: true });
  await link.or(content.getByRole('tab', { name: tab, exact: true })).click();
}
