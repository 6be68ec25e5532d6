/**
 * After `next build`: writes out/csp.json {build, hashes}: which dashboard this is, for pages that are open while it is replaced, and the sha256 of every inline script of every exported page. The agent puts them into
 * its Content-Security-Policy, so that no other inline script can run (CSP level 3, 2.3.1).
 */
import { createHash } from 'node:crypto';
import { globSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildId } from './build-id.ts';

const out = join(import.meta.dirname, '../out');
const hashes = new Set<string>();
for (const page of globSync('**/*.html', { cwd: out })) {
  for (const [, attributes = '', script = ''] of readFileSync(join(out, page), 'utf8').matchAll(
    /<script\b([^>]*)>([\s\S]*?)<\/script>/g,
  )) {
    if (!/\bsrc=/.test(attributes))
      hashes.add(`sha256-${createHash('sha256').update(script).digest('base64')}`);
  }
}
if (hashes.size === 0)
  throw new Error(`no inline script in the pages of ${out}: did next build change its output?`);
writeFileSync(
  join(out, 'csp.json'),
  `${JSON.stringify({ build: buildId(), hashes: [...hashes].sort() }, null, 2)}\n`,
);
console.log(`csp.json: ${hashes.size} inline scripts`);
