import { KernelError } from '@boxyard/kernel';
import { BoxError } from '@boxyard/spec';
import { expect, test } from 'vitest';
import { Calls, explainFailure } from './calls.ts';

const ENOSPC = 28;

test('a full disk is said in words with a hint, whoever met it', () => {
  const fromNode = Object.assign(new Error('ENOSPC: no space left on device, mkdir /x'), { code: 'ENOSPC' });
  const fromKernel = new KernelError({ operation: 'fsmount', path: '/x', errno: ENOSPC });
  const wrapped = new BoxError('INTERNAL', 'container "web" could not start: no space', {
    cause: fromKernel,
  });
  for (const error of [fromNode, fromKernel, wrapped]) {
    expect(explainFailure(error)).toMatchObject({
      code: 'RESOURCE_EXHAUSTED',
      message: error.message,
      hint: 'free some space, see: df -h',
    });
  }
});

test('an error that is explained already stays as it is, and so does one that nobody knows', () => {
  const known = new BoxError('NOT_FOUND', 'no such thing');
  const unknown = new TypeError('x is not a function');
  expect(explainFailure(known)).toBe(known);
  expect(explainFailure(unknown)).toBe(unknown);
});

test('closing waits for the calls under way', async () => {
  const calls = new Calls();
  const gate = Promise.withResolvers<string>();
  const service = calls.watch({ slow: () => gate.promise });
  const answer = service.slow();
  let settled = false;
  const closing = calls.settled().then(() => {
    settled = true;
  });
  await Promise.resolve();
  expect(settled).toBe(false);
  gate.resolve('done');
  expect(await answer).toBe('done');
  await closing;
});
