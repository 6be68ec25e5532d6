import { join } from 'node:path';
import type { NextConfig } from 'next';

/** Static files only: the agent serves them, no React runs on a root server. */
const config: NextConfig = {
  output: 'export',
  trailingSlash: true,
  transpilePackages: ['@boxyard/api', '@boxyard/spec'],
  turbopack: { root: join(import.meta.dirname, '../..') },
  devIndicators: false,
};

export default config;
