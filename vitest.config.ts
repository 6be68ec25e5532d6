import { configDefaults, defineConfig } from 'vitest/config';

/** Unit tests: no root, no kernel, no network. */
export default defineConfig({
  test: {
    include: ['{packages,apps,scripts,e2e,bench}/**/*.test.{ts,tsx}'],
    testTimeout: 30_000, // Workers that start on a busy two-core machine take seconds
    exclude: [...configDefaults.exclude, '**/.next/**', '**/out/**'],
    coverage: {
      provider: 'v8',
      include: ['{packages,apps}/*/src/**/*.{ts,tsx}'],
      reporter: ['text-summary', 'html'],
    },
  },
});
