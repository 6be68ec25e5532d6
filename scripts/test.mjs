// `npm test`: installs what the tests need (system packages included), builds, runs the suites one after the other and ends with a
// table and the line "N passed, N failed". `node scripts/test.mjs long`, `… e2e`, `… units native`: a set, a group, single suites.
// Goes on after a failed suite; the exit code says whether all passed. Plain JavaScript for Node 20 and later.

import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { installDependencies } from './deps.mjs';
import { build, environment, home, installModules, run } from './prepare.mjs';
import { SUITES, tally } from './suites.mjs';

const reports = mkdtempSync(join(tmpdir(), 'boxyard-reports-'));
process.on('exit', () => rmSync(reports, { recursive: true, force: true }));

function seconds(milliseconds) {
  return `${(milliseconds / 1000).toFixed(1)} s`;
}

function reportArguments(suite, file) {
  if (suite.count === 'vitest') return ['--reporter=default', '--reporter=json', `--outputFile.json=${file}`];
  if (suite.count === 'playwright') return ['--reporter=list,json'];
  return [];
}

function readReport(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return undefined; // the suite died before it wrote one: tally counts that as a failure
  }
}

let running;
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
  process.on(signal, () => {
    if (running) process.kill(-running.pid, signal);
    process.exit(130);
  });
}

/** Runs one suite, showing its output as it comes; resolves to its row of the table. */
function runSuite(suite) {
  console.log(`\n━━ ${suite.name}: ${suite.command.join(' ')}`);
  const file = join(reports, `${suite.name}.json`);
  const started = Date.now();
  const [command, ...args] = [...suite.command, ...reportArguments(suite, file)];
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      cwd: home,
      detached: true, // a process group of its own, so that a hanging suite ends with all its children
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...environment, CI: '1', NO_COLOR: '1', PLAYWRIGHT_JSON_OUTPUT_NAME: file },
    });
    running = child;
    let output = '';
    for (const [stream, target] of [
      [child.stdout, process.stdout],
      [child.stderr, process.stderr],
    ]) {
      stream.on('data', (chunk) => {
        target.write(chunk);
        if (suite.count === 'lines') output += chunk;
      });
    }
    const timer = setTimeout(() => {
      console.error(`${suite.name}: no end after ${seconds(suite.timeoutMs)}: stopped`);
      process.kill(-child.pid, 'SIGTERM');
      setTimeout(() => child.exitCode ?? process.kill(-child.pid, 'SIGKILL'), 5_000).unref();
    }, suite.timeoutMs);
    child.once('error', (error) => console.error(`${command}: ${error.message}`));
    child.once('close', (code) => {
      clearTimeout(timer);
      running = undefined;
      const counts = tally(suite.count, { code: code ?? 1, output, report: readReport(file) });
      resolve({ name: suite.name, took: Date.now() - started, ...counts });
    });
  });
}

function printTable(rows) {
  const width = Math.max(...rows.map((row) => row.name.length));
  console.log(`\n${'suite'.padEnd(width)}   passed   failed  skipped       time`);
  for (const row of rows) {
    const cells = [row.passed, row.failed, row.skipped].map((value) => String(value).padStart(7)).join('  ');
    console.log(
      `${row.name.padEnd(width)}  ${cells}  ${seconds(row.took).padStart(9)}${row.failed ? '  ✗' : ''}`,
    );
  }
}

/**
 * Makes what tests need from the network, since the sandbox has none: the Debian root file system (20 s, then cached outside the
 * repository).
 */
function makeFixtures() {
  const make =
    "const { debianRootfs } = await import('./e2e/fixtures/debian-rootfs.ts'); console.log(await debianRootfs())";
  console.log('the Debian root file system for tests (made once):');
  return run('node', ['--input-type=module', '--eval', make]);
}

async function main(selection) {
  const wanted = selection.length ? selection : ['fast'];
  const known = SUITES.flatMap(({ name, set, group }) => [name, set, group]);
  const unknown = wanted.find((word) => !known.includes(word));
  if (unknown) {
    console.error(
      `no suite is named ${unknown}: there are ${[...new Set(known)].filter(Boolean).join(', ')}`,
    );
    return 2;
  }
  if (process.getuid() !== 0) {
    console.error(
      'The tests make namespaces, mounts and cgroups: run them as root (units alone: npm run test:unit).',
    );
    return 2;
  }
  const started = Date.now();
  if (!installDependencies(['run', 'test']) || !installModules() || !build() || !makeFixtures()) {
    console.log('\nnothing could be tested: the preparation failed, see above\n0 passed, 1 failed');
    return 1;
  }
  const rows = [{ name: 'preparation', took: Date.now() - started, passed: 0, failed: 0, skipped: 0 }];
  for (const suite of SUITES) {
    if ([suite.name, suite.set, suite.group].some((word) => wanted.includes(word)))
      rows.push(await runSuite(suite));
  }
  printTable(rows);
  const sum = (key) => rows.reduce((total, row) => total + row[key], 0);
  console.log(
    `\ntotal ${seconds(Date.now() - started)}${sum('skipped') ? `, ${sum('skipped')} skipped` : ''}`,
  );
  console.log(`${sum('passed')} passed, ${sum('failed')} failed`);
  return sum('failed') ? 1 : 0;
}

process.exitCode = await main(process.argv.slice(2));
