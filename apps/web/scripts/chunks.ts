/** After `next build`: writes out/chunks.json, the addresses of all scripts and style sheets, for lib/fetch-ahead.ts. */
import { globSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const out = join(import.meta.dirname, '../out');
const chunks = globSync('_next/static/chunks/**/*.{js,css}', { cwd: out }).sort();
if (chunks.length === 0) throw new Error(`no scripts in ${out}: did next build change its output?`);
writeFileSync(join(out, 'chunks.json'), JSON.stringify(chunks.map((name) => `/${name}`)));
console.log(`chunks.json: ${chunks.length} files`);
