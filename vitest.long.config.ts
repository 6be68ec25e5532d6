import { defineConfig } from 'vitest/config';

/** Fault injection and load, minutes each, inside scripts/sandbox: `npm run test:long`. */
export default defineConfig({
  test: {
    include: ['{e2e,packages}/**/*.long.ts'],
    fileParallelism: false,
    testTimeout: 15 * 60_000,
    hookTimeout: 120_000,
  },
});
