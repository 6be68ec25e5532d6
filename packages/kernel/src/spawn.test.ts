import { expect, test } from 'vitest';
import { planDescriptors } from './spawn.ts';

/** Walks the steps as the child does, from numbers named after what is open there. */
function walk(descriptors: Record<number, number>, program: number) {
  const plan = planDescriptors(descriptors, program);
  const table = new Map<number, string>(
    [...Object.values(descriptors), program].map((fd) => [fd, `was ${fd}`]),
  );
  for (const step of plan.steps) {
    if (step.kind === 'close') table.delete(step.fd);
    else
      table.set(
        step.kind === 'null' ? step.fd : step.to,
        step.kind === 'null' ? 'null' : (table.get(step.from) ?? 'closed'),
      );
  }
  const wanted = Object.fromEntries(
    [0, 1, 2, ...Object.keys(descriptors).map(Number)].map((fd) => [fd, table.get(fd)]),
  );
  return { wanted, program: table.get(plan.program), steps: plan.steps.length };
}

test('the usual case moves nothing out of the way', () => {
  expect(walk({ 3: 20, 4: 21 }, 100)).toEqual({
    wanted: { 0: 'null', 1: 'null', 2: 'null', 3: 'was 20', 4: 'was 21' },
    program: 'was 100',
    steps: 5,
  });
});

test('descriptors standing on their own number stay there', () => {
  expect(walk({ 3: 3, 4: 4 }, 100).wanted).toMatchObject({ 3: 'was 3', 4: 'was 4' });
});

test('descriptors that stand on the numbers of others change places', () => {
  expect(walk({ 3: 4, 4: 5, 5: 3 }, 100).wanted).toMatchObject({ 3: 'was 4', 4: 'was 5', 5: 'was 3' });
});

test('one descriptor can go to several numbers', () => {
  expect(walk({ 1: 4, 2: 4, 4: 1 }, 100).wanted).toEqual({ 0: 'null', 1: 'was 4', 2: 'was 4', 4: 'was 1' });
});

test('the program moves when its own number is wanted', () => {
  const { wanted, program } = walk({ 3: 20, 4: 3 }, 4);
  expect(wanted).toMatchObject({ 3: 'was 20', 4: 'was 3' });
  expect(program).toBe('was 4');
});
