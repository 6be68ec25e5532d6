// Dependencies point down only (docs/architecture.md). Prints each import that points elsewhere and exits 1.

import { globSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/** What each package may import of ours, whole or one of its parts. The browser and the CLI see the contract, never the engine. */
const MAY_IMPORT: Record<string, string[]> = {
  'packages/spec': [],
  'packages/kernel': ['spec'],
  'packages/runtime': ['kernel', 'spec'],
  'packages/storage': ['kernel', 'spec'],
  'packages/registry': ['spec'],
  'packages/api': ['spec'],
  'packages/engine': ['api', 'registry', 'runtime', 'storage', 'kernel', 'spec'],
  'apps/agent': ['engine', 'api', 'runtime', 'storage', 'kernel', 'spec'],
  'apps/cli': ['api', 'registry', 'spec', 'storage/tar'],
  'apps/web': ['api', 'spec'],
};

/** Packages that one place alone may import, because what they do must stay behind that place's interface. */
const ONLY_FROM: Record<string, string[]> = {
  koffi: ['packages/kernel'],
  'better-sqlite3': ['packages/engine'],
  undici: ['packages/registry'],
};

/** Static and dynamic imports, re-exports and require calls. */
const IMPORT = /(?:\bfrom\s*|\bimport\s*\(?\s*|\brequire\s*\(\s*)(['"])([^'"\n]+)\1/g;

/** The rule that an import breaks, or undefined. `file` is a path below the repository's root. */
export function violation(file: string, specifier: string): string | undefined {
  const owner = file.split('/').slice(0, 2).join('/');
  const allowed = MAY_IMPORT[owner];
  if (!allowed) return `${owner} is not in the table of scripts/lint-directions.ts: say what it may import`;
  const [, ours] = specifier.match(/^@boxyard\/([^/]+)/) ?? [];
  if (ours) {
    if (`packages/${ours}` === owner || `apps/${ours}` === owner)
      return `${owner} imports itself by name: use a relative path`;
    if (!allowed.includes(ours) && !allowed.includes(specifier.slice('@boxyard/'.length)))
      return `${owner} may import ${allowed.join(', ') || 'nothing of ours'}, not ${ours}`;
  }
  if (specifier.startsWith('.')) {
    const target = relative('.', resolve(dirname(file), specifier));
    const fixture = /\.i?test\.ts$/.test(file) && target.startsWith('e2e/fixtures/');
    if (!fixture && !target.startsWith(`${owner}/`))
      return `${owner} reaches out of its folder: import the package by name`;
  }
  const name = specifier.split('/')[0] ?? '';
  const homes = ONLY_FROM[name];
  if (homes && !homes.includes(owner)) return `only ${homes.join(', ')} may import ${name}`;
  return undefined;
}

/** Every broken rule in one file's text, as `file:line: rule`. */
export function violations(file: string, text: string): string[] {
  const found: string[] = [];
  for (const match of text.matchAll(IMPORT)) {
    const rule = violation(file, match[2] ?? '');
    if (rule) found.push(`${file}:${text.slice(0, match.index).split('\n').length}: ${rule}`);
  }
  return found;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  process.chdir(join(dirname(fileURLToPath(import.meta.url)), '..'));
  const files = globSync('{packages,apps}/*/src/**/*.{ts,tsx,mts}').filter(
    (file) => !file.includes('node_modules'),
  );
  const found = files.flatMap((file) => violations(file, readFileSync(file, 'utf8')));
  for (const line of found) console.error(line);
  console.log(
    found.length
      ? `${found.length} imports point the wrong way`
      : `${files.length} files: all imports point down`,
  );
  process.exitCode = found.length ? 1 : 0;
}
