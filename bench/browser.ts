/** Debian's Chromium against the bench's own agent, for the rows that a person would feel. */
import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { type BrowserContext, chromium, type Page } from '@playwright/test';
import { CHROMIUM } from '../e2e/web/browser.ts';
import type { World } from './world.ts';

/** As wide as a laptop's window. */
const VIEWPORT = { width: 1440, height: 860 };

export interface SignedIn extends AsyncDisposable {
  context: BrowserContext;
  /** The page that signed in, on the Overview. */
  page: Page;
  /** Of Chromium's DevTools, for tools that drive it by themselves; only when asked for. */
  debuggingPort: number;
}

/** A browser of its own with an empty profile, signed in by a one-time link. */
export async function signedInBrowser(world: World): Promise<SignedIn> {
  const browser = await anyBrowser(world);
  await signIn(world, browser.page);
  return browser;
}

/** The same that nobody signed in with. */
export async function anyBrowser(world: World): Promise<SignedIn> {
  const profile = mkdtempSync(join(world.work, 'chromium-'));
  const context = await chromium.launchPersistentContext(profile, {
    ...CHROMIUM,
    args: [...CHROMIUM.args, `--remote-debugging-port=${DEBUGGING_PORT}`],
    viewport: VIEWPORT,
  });
  return {
    context,
    page: context.pages()[0] ?? (await context.newPage()),
    debuggingPort: DEBUGGING_PORT,
    async [Symbol.asyncDispose]() {
      await context.close();
      rmSync(profile, { recursive: true, force: true });
    },
  };
}
/** One browser at a time runs in the sandbox, which has a loopback of its own. */
const DEBUGGING_PORT = 9222;

async function signIn(world: World, page: Page): Promise<void> {
  const { url } = await world.call<{ url: string }>('system.signInLink', undefined);
  await page.goto(url);
  await page.getByText('live', { exact: true }).waitFor();
}

/** Marks when a feed's first snapshot reached the page, before any code of the page saw it, and each tick of statistics. */
export function markFeed(): void {
  const Original = window.WebSocket;
  window.WebSocket = class extends Original {
    constructor(...options: ConstructorParameters<typeof WebSocket>) {
      super(...options);
      this.addEventListener('message', ({ data }: MessageEvent<ArrayBuffer>) => {
        const text = new TextDecoder('latin1').decode(data.slice(0, 256));
        if (text.includes('"type":"snapshot"')) performance.mark('snapshot');
        else if (text.includes('"type":"stats"')) performance.mark('stats');
      });
    }
  };
}
