/** What a page makes a modern browser fetch before anything is pressed. Pure but for reading the exported files. */
import { globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';

export interface FirstLoad {
  /** `/`, `/containers/view`. */
  route: string;
  /** Gzipped bytes of its scripts. */
  bytes: number;
}

/** Addresses of the scripts a page names, each once; not those for browsers without modules. */
export function scriptsOf(html: string): string[] {
  const named = Array.from(html.matchAll(/<(?:script|link)\b[^>]*>/gi), ([tag]) => {
    if (/^<script/i.test(tag)) return /\bnomodule\b/i.test(tag) ? undefined : attribute(tag, 'src');
    return attribute(tag, 'as') === 'script' ? attribute(tag, 'href') : undefined;
  });
  return [...new Set(named.filter((address) => address !== undefined))];
}

function attribute(tag: string, name: string): string | undefined {
  return tag.match(new RegExp(`\\b${name}="([^"]*)"`, 'i'))?.[1];
}

/** First load of every exported page below `out`, the heaviest first; the pages of errors are nobody's first. */
export function firstLoads(out: string): FirstLoad[] {
  const sizes = new Map<string, number>();
  const sizeOf = (address: string) => {
    const known = sizes.get(address);
    if (known !== undefined) return known;
    const size = gzipSync(readFileSync(join(out, address.split('?')[0] ?? ''))).length;
    sizes.set(address, size);
    return size;
  };
  return globSync('**/index.html', { cwd: out })
    .filter((page) => !/^(404|_not-found)\//.test(page))
    .map((page) => {
      const scripts = scriptsOf(readFileSync(join(out, page), 'utf8'));
      const route = page === 'index.html' ? '/' : `/${dirname(page)}`;
      return { route, bytes: scripts.reduce((sum, script) => sum + sizeOf(script), 0) };
    })
    .sort((a, b) => b.bytes - a.bytes);
}
