/**
 * Bundles the two programs into dist/: box.cjs, and boxd.mjs with its workers.
 * A worker is any file that a source names by `new URL('./file.ts', import.meta.url)`: it becomes a bundle beside boxd.mjs and the
 * name in the URL is rewritten to it, so the same line works from source and from dist/.
 */
import { globSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { basename, dirname, relative, resolve } from 'node:path';
import { type BuildOptions, build, type Plugin } from 'esbuild';

process.chdir(resolve(import.meta.dirname, '..'));

/** Built here and renamed when complete, so that a failed build leaves the last good one. */
const FRESH = 'dist.new';

/** Packages with binaries of their own stay outside; Node finds them in node_modules beside dist/. */
const NATIVE = ['koffi', 'better-sqlite3'];

/** CommonJS packages inside an ESM bundle still call require for Node's own modules. */
const REQUIRE =
  "import { createRequire as boxyardCreateRequire } from 'node:module';" +
  'const require = boxyardCreateRequire(import.meta.url);';

const WORKER_URL = /new URL\(\s*'(\.[^']+\.ts)',\s*import\.meta\.url\s*\)/g;

/** Bundle name (without .mjs) by source file, for every worker that a source names. */
function findWorkers(): Map<string, string> {
  const workers = new Map<string, string>();
  for (const file of globSync('{packages/*,apps/agent}/src/**/*.ts')) {
    if (/\.i?test\.ts$/.test(file)) continue;
    for (const [, url = ''] of readFileSync(file, 'utf8').matchAll(WORKER_URL)) {
      const source = relative('.', resolve(dirname(file), url));
      // The package's name keeps two `worker.ts` of different packages apart.
      workers.set(source, `boxd-${source.split('/')[1]}-${basename(source, '.ts').replaceAll('.', '-')}`);
    }
  }
  return workers;
}

const workers = findWorkers();

const rewriteWorkerUrls: Plugin = {
  name: 'worker-urls',
  setup(bundle) {
    bundle.onLoad({ filter: /[/\\](packages|apps)[/\\].*\.ts$/ }, ({ path }) => ({
      contents: readFileSync(path, 'utf8').replaceAll(WORKER_URL, (whole, url: string) => {
        const name = workers.get(relative('.', resolve(dirname(path), url)));
        return name ? `new URL('./${name}.mjs', import.meta.url)` : whole;
      }),
      loader: 'ts',
    }));
  },
};

const common: BuildOptions = {
  bundle: true,
  splitting: true,
  platform: 'node',
  format: 'esm',
  target: 'node26',
  external: NATIVE,
  outdir: FRESH,
  outExtension: { '.js': '.mjs' },
  banner: { js: REQUIRE },
  sourcemap: 'linked',
  logLevel: 'warning',
};

async function bundlePrograms(): Promise<void> {
  const agent: Record<string, string> = { boxd: 'apps/agent/src/main.ts' };
  for (const [source, name] of workers) agent[name] = source;
  // Chunks lie beside the entries, so that a relative URL means the same in both.
  await build({
    ...common,
    entryPoints: agent,
    chunkNames: 'boxd-chunk-[hash]',
    plugins: [rewriteWorkerUrls],
  });
  // One CommonJS file: loading ES modules costs a short command 11 ms more (40 against 29, an empty Node 21), and what a command
  // does not use is neither compiled (V8's cache, bin/box) nor evaluated (dynamic imports become calls).
  await build({
    ...common,
    entryPoints: { box: 'apps/cli/src/main.ts' },
    splitting: false,
    format: 'cjs',
    outExtension: { '.js': '.cjs' },
    banner: {},
  });
}

rmSync(FRESH, { recursive: true, force: true });
try {
  await bundlePrograms();
} catch {
  process.exit(1); // esbuild has said what and where
}
rmSync('dist', { recursive: true, force: true });
renameSync(FRESH, 'dist');
