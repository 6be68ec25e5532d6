// What `up`, `test` and `build` share: node modules as the lock says, and everything built. Plain JavaScript for Node 20 and later.

import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The repository's root. */
export const home = dirname(dirname(fileURLToPath(import.meta.url)));

/** The Node that the lock file pins; the system's may be another. */
export const pinnedNode = join(home, 'node_modules/.bin/node');

/** PATH with the pinned Node and the tools of node_modules first; no tool phones home. */
export const environment = {
  ...process.env,
  PATH: `${join(home, 'node_modules/.bin')}:${process.env.PATH}`,
  TURBO_TELEMETRY_DISABLED: '1',
  NEXT_TELEMETRY_DISABLED: '1',
};

function modifiedAt(path) {
  return existsSync(path) ? statSync(path).mtimeMs : 0;
}

/** Runs a command in the repository's root; true when it exits with 0. */
export function run(command, args, options = {}) {
  const result = spawnSync(command, args, {
    cwd: home,
    env: environment,
    stdio: ['ignore', 'inherit', 'inherit'],
    ...options,
  });
  if (result.error) console.error(`${command}: ${result.error.message}`);
  return result.status === 0;
}

/** `npm ci` when node_modules is missing, older than the lock file, or made for another machine. */
export function installModules(say = console.log) {
  const fresh =
    modifiedAt(join(home, 'node_modules/.package-lock.json')) >= modifiedAt(join(home, 'package-lock.json'));
  if (fresh && spawnSync(pinnedNode, ['--version']).status === 0) return true;
  say('installing node modules (npm ci)');
  return run('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], { env: process.env });
}

/** Builds what is out of date: turbo compares the contents of the inputs with those of its last build. Quiet unless it fails. */
export function build(say = console.log) {
  say('building what is out of date');
  const { scripts } = JSON.parse(readFileSync(join(home, 'package.json'), 'utf8'));
  const tasks = Object.keys(scripts).filter((name) => name.startsWith('build:'));
  const result = spawnSync('turbo', ['run', ...tasks, '--output-logs=errors-only', '--no-update-notifier'], {
    cwd: home,
    env: environment,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  if (result.status !== 0) console.error(result.error?.message ?? `${result.stdout}${result.stderr}`);
  return result.status === 0;
}
