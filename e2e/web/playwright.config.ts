import { defineConfig } from '@playwright/test';
import { CHROMIUM } from './browser.ts';

/** The dashboard in Debian's Chromium against the real agent; run inside scripts/sandbox (`npm run test:e2e`). */
export default defineConfig({
  testDir: '.',
  testMatch: '*.spec.ts',
  workers: 1,
  timeout: 60_000,
  expect: { timeout: 15_000 },
  outputDir: '../../test-results/web',
  use: { baseURL: 'http://127.0.0.1:7420', viewport: { width: 1280, height: 800 }, launchOptions: CHROMIUM },
});
