import { defineConfig } from 'vitest/config';

/** End to end through the programs as users run them (bin/box, bin/boxd), inside scripts/sandbox, one file after the other. */
export default defineConfig({
  test: {
    include: ['e2e/**/*.e2e.ts'],
    fileParallelism: false,
    testTimeout: 60_000, // programs start, boxes stop: seconds each on a busy two-core machine
    hookTimeout: 120_000,
  },
});
