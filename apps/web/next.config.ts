import { join } from 'node:path';
import type { NextConfig } from 'next';
import { PHASE_DEVELOPMENT_SERVER } from 'next/constants.js';
import { buildId } from './scripts/build-id.ts';

/** Static files only: the agent serves them, no React runs on a root server. */
const config: NextConfig = {
  output: 'export',
  trailingSlash: true,
  transpilePackages: ['@boxyard/api', '@boxyard/spec'],
  turbopack: { root: join(import.meta.dirname, '../..') },
  devIndicators: false,
  env: { BOXYARD_WEB_BUILD: buildId() },
};

/** `page.dev.tsx` are pages for whoever works on the dashboard: `next dev`, or a build with BOXYARD_DESIGN=1, which goes to `.next-design`. */
export default function configOf(phase: string): NextConfig {
  const design = process.env.BOXYARD_DESIGN === '1';
  const development = design || phase === PHASE_DEVELOPMENT_SERVER;
  return {
    ...config,
    ...(design ? { distDir: '.next-design' } : {}),
    ...(development ? { pageExtensions: ['dev.tsx', 'tsx', 'ts'] } : {}),
  };
}
