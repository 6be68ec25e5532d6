import { defineConfig } from '@playwright/test';
import { CHROMIUM, PORT } from './browser.ts';

const specs = (...names: string[]) => names.map((name) => `${name}.spec.ts`);
/** They flood or open many pages: beside another test neither would mean anything. */
const ALONE = specs('logs', 'tabs', 'terminal');
/** Every page in every way, and what is seldom: `npm run test:long`, two at a time like `shared`. */
const WIDE = specs(
  'accessibility',
  'agent-gone',
  'keyboard',
  'kit',
  'phone',
  'proxy',
  'pulls',
  'sessions',
  'settings',
  'terminal-hands',
  'volumes',
);
/** Minutes of use, hundreds of boxes, one broken connection after the other: `npm run test:long`. */
const LOAD = specs('idle', 'many', 'terminal-cut');

/**
 * The dashboard in Debian's Chromium against the real agent; run inside scripts/sandbox (`npm run test:e2e`). Most of a test is waiting:
 * the files of `shared` run two at a time, each worker with an agent of its own.
 */
export default defineConfig({
  testDir: '.',
  workers: 2,
  timeout: 60_000,
  expect: { timeout: 15_000 },
  outputDir: '../../test-results/web',
  use: {
    baseURL: `http://127.0.0.1:${PORT}`,
    viewport: { width: 1280, height: 800 },
    launchOptions: CHROMIUM,
  },
  projects: [
    { name: 'shared', testMatch: '*.spec.ts', testIgnore: [...WIDE, ...ALONE, ...LOAD] },
    { name: 'wide', testMatch: WIDE },
    { name: 'alone', testMatch: ALONE, workers: 1 },
    { name: 'load', testMatch: LOAD, workers: 1 },
  ],
});
