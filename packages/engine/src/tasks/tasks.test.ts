import { BoxError } from '@boxyard/spec';
import { expect, it } from 'vitest';
import { Tasks, type TaskWork } from './tasks.ts';

const never = new AbortController().signal;

/** Work that a test holds in its hands. */
function held() {
  const { promise, resolve, reject } = Promise.withResolvers<null>();
  let seen: TaskWork | undefined;
  return {
    finish: () => resolve(null),
    fail: reject,
    get task(): TaskWork {
      return seen as TaskWork;
    },
    work: (task: TaskWork) => {
      seen = task;
      task.signal.addEventListener('abort', () => reject(new Error('aborted')));
      return promise;
    },
  };
}

it('tells whoever follows of progress and of the end, also who came late', async () => {
  await using tasks = new Tasks();
  const pull = held();
  const { id, revision } = tasks.begin({ kind: 'pull', subject: 'a:latest' }, pull.work);
  const progress = tasks.follow(id, revision, never);
  pull.task.item('abc', 'layer').set({ state: 'working', current: 5, total: 10 });
  const seen = await progress;
  expect(seen.items).toEqual([{ id: 'abc', label: 'layer', state: 'working', current: 5, total: 10 }]);
  const end = tasks.follow(id, seen.revision, never);
  pull.finish();
  expect(await end).toMatchObject({ state: 'done', error: null });
  expect(await tasks.follow(id, 10_000, never)).toMatchObject({ state: 'done' });
});

it('two that ask for the same while it goes on share it; afterwards it is done anew', async () => {
  await using tasks = new Tasks();
  const pull = held();
  const first = tasks.begin({ kind: 'pull', subject: 'a', key: 'a' }, pull.work);
  expect(tasks.begin({ kind: 'pull', subject: 'a', key: 'a' }, pull.work).id).toBe(first.id);
  const end = tasks.follow(first.id, first.revision, never);
  pull.finish();
  await end;
  expect(tasks.begin({ kind: 'pull', subject: 'a', key: 'a' }, pull.work).id).not.toBe(first.id);
});

it('a cancelled one has ended when cancel is through; a failed one says why', async () => {
  await using tasks = new Tasks();
  const [one, two] = [held(), held()];
  const { id } = tasks.begin({ kind: 'pull', subject: 'a' }, one.work);
  await tasks.cancel(id);
  expect(tasks.get(id)).toMatchObject({ state: 'cancelled', finishedAt: expect.any(String) });
  const failing = tasks.begin({ kind: 'push', subject: 'b' }, two.work);
  const end = tasks.follow(failing.id, failing.revision, never);
  two.fail(new BoxError('PERMISSION_DENIED', 'no', { hint: 'box login' }));
  expect(await end).toMatchObject({
    state: 'failed',
    error: { code: 'PERMISSION_DENIED', message: 'no', hint: 'box login' },
  });
});

it('old ones are forgotten, and that is told; running ones stay', async () => {
  await using tasks = new Tasks();
  const stays = tasks.begin({ kind: 'pull', subject: 'stays' }, held().work);
  const removed: string[] = [];
  tasks.listen({ changed: () => {}, removed: (id) => removed.push(id) });
  for (let n = 0; n < 60; n++) {
    const { id, revision } = tasks.begin({ kind: 'save', subject: `${n}` }, async () => null);
    await tasks.follow(id, revision, never);
  }
  expect(removed.length).toBeGreaterThan(5);
  expect(() => tasks.get(removed[0] as string)).toThrow('no task');
  expect(tasks.get(stays.id).state).toBe('running');
});

it('an agent that goes down cancels and waits', async () => {
  const tasks = new Tasks();
  const { id } = tasks.begin({ kind: 'pull', subject: 'a' }, held().work);
  await tasks[Symbol.asyncDispose]();
  expect(tasks.get(id)).toMatchObject({
    state: 'cancelled',
    error: { code: 'UNAVAILABLE', message: 'the agent went down' },
  });
  expect(() => tasks.begin({ kind: 'pull', subject: 'b' }, held().work)).toThrow('going down');
});
