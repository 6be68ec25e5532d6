import { defineConfig } from 'vitest/config';

/** Integration tests: root and the real kernel, run inside scripts/sandbox, one file after the other. */
export default defineConfig({
  test: {
    include: ['{packages,apps,e2e}/**/*.itest.ts'],
    fileParallelism: false,
    testTimeout: 30_000, // a busy two-core machine unpacking a Debian layer takes several seconds
    hookTimeout: 60_000,
  },
});
