import { createHash } from 'node:crypto';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const HERE = join(import.meta.dirname, '..');
/** All that ends up in the browser, and what decides how. */
const SOURCES = [
  '{app,components,lib,public}/**/*.{ts,tsx,css,js,svg}',
  '../../packages/{api,spec}/src/**/*.ts',
  '../../package-lock.json',
  'next.config.ts',
];

/** Twelve digits that change with every change of the dashboard: built into its pages, and told to the agent in csp.json. */
export function buildId(): string {
  const hash = createHash('sha256');
  for (const file of globSync(SOURCES, { cwd: HERE }).sort())
    hash.update(file).update(readFileSync(join(HERE, file)));
  return hash.digest('hex').slice(0, 12);
}
