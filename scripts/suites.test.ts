import { describe, expect, it } from 'vitest';
import { tally } from './suites.mjs';

describe('tally of a suite', () => {
  it('counts a check by its exit code', () => {
    expect(tally('check', { code: 0, output: '' })).toEqual({ passed: 1, failed: 0, skipped: 0 });
    expect(tally('check', { code: 2, output: '' })).toEqual({ passed: 0, failed: 1, skipped: 0 });
  });

  it('sums every "N passed, N failed" line that a native suite prints', () => {
    const output = 'plan: 12 passed, 0 failed\nframes: 3 passed, 1 failed\n';
    expect(tally('lines', { code: 1, output })).toEqual({ passed: 15, failed: 1, skipped: 0 });
  });

  it('counts a failure when a suite ends badly without saying which test failed', () => {
    const report = { numPassedTests: 4, numFailedTests: 0, numPendingTests: 0, numTodoTests: 0 };
    expect(tally('vitest', { code: 1, output: '', report }).failed).toBe(1);
    expect(tally('vitest', { code: 137, output: '', report: undefined }).failed).toBe(1);
  });

  it('counts a failure when a suite ran no test at all', () => {
    expect(tally('lines', { code: 0, output: 'nothing to do' }).failed).toBe(1);
  });

  it('does not count a flaky browser test as passed', () => {
    const report = { stats: { expected: 7, unexpected: 0, flaky: 1, skipped: 0 } };
    expect(tally('playwright', { code: 0, output: '', report })).toEqual({
      passed: 7,
      failed: 1,
      skipped: 0,
    });
  });
});
