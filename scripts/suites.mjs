// The test suites in the order they run: the quick and telling ones first. `count` says how a suite reports its tests:
// `check` is one test by its exit code, `vitest` and `playwright` write JSON, `lines` prints "N passed, N failed".

/** Past this a suite hangs; it is ended, and counts as failed, so that a run always ends. */
const MINUTES = 60_000;

const BROWSER = ['scripts/sandbox', 'playwright', 'test', '--config', 'e2e/web/playwright.config.ts'];

/** Tests of `alone` that take minutes when they mean something. */
const FLOODS = '50,000 lines a second|hundreds of megabytes';

export const SUITES = [
  { name: 'lint', set: 'fast', count: 'check', command: ['biome', 'check', '--error-on-warnings', '.'] },
  { name: 'directions', set: 'fast', count: 'check', command: ['node', 'scripts/lint-directions.ts'] },
  { name: 'types', set: 'fast', count: 'check', command: ['tsc', '-p', 'tsconfig.json'] },
  { name: 'types-web', set: 'fast', count: 'check', command: ['tsc', '-p', 'apps/web'] },
  { name: 'units', set: 'fast', count: 'vitest', command: ['vitest', 'run'] },
  {
    name: 'native',
    set: 'fast',
    count: 'lines',
    command: ['scripts/sandbox', 'make', '-s', '-C', 'native', 'test'],
  },
  { name: 'fuzz-smoke', set: 'fast', count: 'lines', command: ['make', '-s', '-C', 'native', 'fuzz-smoke'] },
  {
    name: 'integration',
    set: 'fast',
    count: 'vitest',
    command: ['scripts/sandbox', 'vitest', 'run', '--config', 'vitest.int.config.ts'],
    timeoutMs: 6 * MINUTES,
  },
  {
    name: 'e2e-cli',
    set: 'fast',
    group: 'e2e',
    count: 'vitest',
    command: ['scripts/sandbox', 'vitest', 'run', '--config', 'vitest.e2e.config.ts'],
    timeoutMs: 6 * MINUTES,
  },
  {
    name: 'e2e-web',
    set: 'fast',
    group: 'e2e',
    count: 'playwright',
    command: [...BROWSER, '--project', 'shared'],
    timeoutMs: 8 * MINUTES,
  },
  {
    name: 'e2e-web-alone',
    set: 'fast',
    group: 'e2e',
    count: 'playwright',
    command: [...BROWSER, '--project', 'alone', '--grep-invert', FLOODS],
    timeoutMs: 8 * MINUTES,
  },
  {
    name: 'fuzz-long',
    set: 'long',
    count: 'lines',
    command: ['make', '-s', '-C', 'native', 'fuzz-long'],
    timeoutMs: 15 * MINUTES,
  },
  {
    name: 'web-wide',
    set: 'long',
    count: 'playwright',
    command: [...BROWSER, '--project', 'wide'],
    timeoutMs: 12 * MINUTES,
  },
  {
    name: 'web-load',
    set: 'long',
    count: 'playwright',
    command: [...BROWSER, '--project', 'load'],
    timeoutMs: 12 * MINUTES,
  },
  {
    name: 'log-floods',
    set: 'long',
    count: 'playwright',
    command: [
      'env',
      'BOXYARD_FLOOD_SECONDS=300',
      'BOXYARD_LARGE_LOG_MB=1000',
      ...BROWSER,
      '--project',
      'alone',
      '-g',
      FLOODS,
    ],
    timeoutMs: 12 * MINUTES,
  },
  {
    name: 'chaos',
    set: 'long',
    count: 'vitest',
    command: ['scripts/sandbox', 'vitest', 'run', '--config', 'vitest.long.config.ts'],
    timeoutMs: 25 * MINUTES,
  },
].map((suite) => ({ timeoutMs: 3 * MINUTES, ...suite }));

/**
 * What a suite reported, as {passed, failed, skipped}; a non-zero exit is never without a failure.
 * @param {string} count how the suite reports
 * @param {{code: number, output: string, report?: any}} run its exit code, its output, and its JSON report if it wrote one
 */
export function tally(count, { code, output, report }) {
  const result = { passed: 0, failed: 0, skipped: 0 };
  if (count === 'check') result[code === 0 ? 'passed' : 'failed'] = 1;
  if (count === 'vitest' && report) {
    result.passed = report.numPassedTests;
    result.failed = report.numFailedTests;
    result.skipped = report.numPendingTests + report.numTodoTests;
  }
  if (count === 'playwright' && report) {
    result.passed = report.stats.expected;
    // A test that passes only when repeated found something: it does not count as passed.
    result.failed = report.stats.unexpected + report.stats.flaky;
    result.skipped = report.stats.skipped;
  }
  if (count === 'lines') {
    for (const [, passed, failed] of output.matchAll(/^.*?(\d+) passed, (\d+) failed/gm)) {
      result.passed += Number(passed);
      result.failed += Number(failed);
    }
  }
  const silent = result.passed + result.failed + result.skipped === 0;
  if (result.failed === 0 && (code !== 0 || silent)) result.failed = 1;
  return result;
}
