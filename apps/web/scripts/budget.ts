/**
 * After `next build`: prints what each page makes a browser load first, and fails when one is over its budget or when a page of
 * development was exported.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { firstLoads } from './first-load.ts';

/** Gzipped bytes of scripts on any route. What is heavier (emulator, charts, palette, forms) is loaded when it is first shown. */
const BUDGET = 240_000;

const out = join(import.meta.dirname, '../out');
const loads = firstLoads(out);
const widest = Math.max(...loads.map(({ route }) => route.length));
console.log(`first load, gzipped scripts (budget ${BUDGET / 1000} kB)`);
for (const { route, bytes } of loads) {
  console.log(`  ${route.padEnd(widest)}  ${(bytes / 1000).toFixed(1)} kB${bytes > BUDGET ? '  OVER' : ''}`);
}
if (loads.length === 0) throw new Error(`no pages in ${out}: did next build change its output?`);
if (loads.some(({ bytes }) => bytes > BUDGET)) {
  throw new Error('a page loads too much at first: import what is heavy when it is first shown');
}
if (existsSync(join(out, 'dev')))
  throw new Error('the design page was exported: build without BOXYARD_DESIGN');
