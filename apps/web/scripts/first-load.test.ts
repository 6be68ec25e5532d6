import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, expect, test } from 'vitest';
import { firstLoads, scriptsOf } from './first-load';

const out = mkdtempSync(join(tmpdir(), 'first-load-'));
afterEach(() => rmSync(out, { recursive: true, force: true }));

test('scripts and preloaded scripts count once; those of old browsers and inline ones do not', () => {
  const html = `<link rel="preload" as="script" href="/a.js"/><link rel="stylesheet" href="/s.css"/>
    <link rel="preload" as="font" href="/f.woff2"/><script src="/a.js" async=""></script>
    <script src="/old.js" noModule=""></script><script>inline()</script><script src="/b.js"></script>`;
  expect(scriptsOf(html)).toEqual(['/a.js', '/b.js']);
});

test('a route is as heavy as its gzipped scripts, the heaviest comes first, error pages are left out', () => {
  const write = (path: string, text: string) => {
    mkdirSync(join(out, path, '..'), { recursive: true });
    writeFileSync(join(out, path), text);
  };
  const [shared, extra] = ['x'.repeat(5000), 'function f() {}'];
  write('_next/shared.js', shared);
  write('_next/extra.js', extra);
  write('index.html', '<script src="/_next/shared.js"></script>');
  write(
    'logs/index.html',
    '<script src="/_next/shared.js"></script><script src="/_next/extra.js?v=1"></script>',
  );
  write('404/index.html', '<script src="/_next/missing.js"></script>');
  const size = (text: string) => gzipSync(text).length;
  expect(firstLoads(out)).toEqual([
    { route: '/logs', bytes: size(shared) + size(extra) },
    { route: '/', bytes: size(shared) },
  ]);
});
