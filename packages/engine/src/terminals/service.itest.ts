import { afterAll, beforeAll, expect, test } from 'vitest';
import { errorOf, execRequest, openTestEngine, run, watch } from '../engine.fixtures.ts';
import type { Engine } from '../open.ts';

let engine: Engine;
beforeAll(async () => {
  engine = await openTestEngine('terminals');
});
afterAll(() => engine.close());

const shell = (container: string, rest: { name?: string; command?: string[] } = {}) =>
  engine.services.containers.exec(
    execRequest(container, rest.command ?? ['sh'], {
      tty: true,
      openStdin: true,
      ...(rest.name ? { name: rest.name } : {}),
    }),
  );

test("a box's own terminal and its sessions are listed with names, one a number further each", async () => {
  const id = await run(engine, { name: 'listed', command: ['sh'], tty: true, openStdin: true });
  const first = await shell(id);
  const second = await shell(id);
  await engine.services.containers.exec(execRequest(id, ['sleep', '1000'], { detach: true }));
  const list = await engine.services.terminals.list(id);
  expect(list.map(({ name, session, running }) => ({ name, session, running }))).toEqual([
    { name: 'listed', session: '', running: true },
    { name: 'listed-1', session: first.id, running: true },
    { name: 'listed-2', session: second.id, running: true },
  ]);
  expect((await engine.services.terminals.list()).length).toBeGreaterThanOrEqual(3);
});

test('a session is found by its name, its id and a prefix of that; what is not there is said with the nearest name', async () => {
  const id = await run(engine, { name: 'found', command: ['sleep', '1000'] });
  const exec = await shell(id, { name: 'deploy' });
  for (const reference of ['deploy', exec.id, exec.id.slice(0, 12)]) {
    expect((await engine.services.terminals.find(reference)).id).toBe(exec.id);
  }
  expect(await errorOf(engine.services.terminals.find('deplyo'))).toMatchObject({
    code: 'NOT_FOUND',
    hint: 'did you mean "deploy"?',
  });
});

test('a name is had by one running session, and by no box', async () => {
  const id = await run(engine, { name: 'unique', command: ['sleep', '1000'] });
  await shell(id, { name: 'mine' });
  expect((await errorOf(shell(id, { name: 'mine' }))).code).toBe('ALREADY_EXISTS');
  expect((await errorOf(shell(id, { name: 'unique' }))).code).toBe('ALREADY_EXISTS');
  const other = await shell(id);
  expect((await errorOf(engine.services.terminals.rename(other.id, 'mine'))).code).toBe('ALREADY_EXISTS');
  expect((await engine.services.terminals.rename(other.id, 'yours')).name).toBe('yours');
  await engine.services.terminals.end('mine');
  expect((await shell(id, { name: 'mine' })).name).toBe('mine');
});

test('ending a session hangs up what runs in its foreground; a program deaf to that is killed', async () => {
  const id = await run(engine, { name: 'ended', command: ['sleep', '1000'] });
  const polite = await shell(id);
  const viewer = await watch(engine, { container: id, session: polite.id });
  viewer.handle.input(0, Buffer.from('sleep 4242\r'));
  await viewer.saw('sleep 4242');
  await engine.services.terminals.end(polite.id);
  const exit = await viewer.exit;
  expect(exit.signal || exit.code).toBeTruthy();
  const deaf = await shell(id, {
    command: ['sh', '-c', "trap '' HUP; echo ready; while :; do sleep 1; done"],
  });
  await (await watch(engine, { container: id, session: deaf.id, offset: 'start' })).saw('ready');
  await engine.services.terminals.end(deaf.id);
  expect((await engine.services.terminals.find(deaf.id)).exit).toEqual({ kind: 'signal', signal: 9 });
  const { processes } = await engine.services.containers.top(id);
  expect(processes.filter((process) => process.join(' ').includes('4242'))).toEqual([]);
});

test('viewers are counted while they look, and whoever listens is told that something changed', async () => {
  const id = await run(engine, { name: 'watched', command: ['sleep', '1000'] });
  const told: string[] = [];
  const stop = engine.feed((message) => message.type === 'terminals' && told.push(message.container));
  const { id: session } = await shell(id);
  const viewers = async () => (await engine.services.terminals.find(session)).viewers;
  expect(await viewers()).toBe(0);
  const first = await watch(engine, { container: id, session });
  await watch(engine, { container: id, session, uncounted: true });
  expect(await viewers()).toBe(1);
  const second = await watch(engine, { container: id, session });
  expect(await viewers()).toBe(2);
  told.length = 0;
  first.handle.close();
  second.handle.close();
  expect(await viewers()).toBe(0);
  expect(told).toEqual([id, id]);
  stop();
});

test('names outlive the agent, sessions too', async () => {
  const id = await run(engine, { name: 'again', command: ['sleep', '1000'] });
  const { id: session } = await shell(id);
  await engine.services.terminals.rename(session, 'kept');
  await engine.close();
  engine = await openTestEngine('terminals');
  const found = await engine.services.terminals.find('kept');
  expect(found).toMatchObject({ id: session, running: true, viewers: 0 });
  const viewer = await watch(engine, { container: id, session });
  viewer.handle.input(0, Buffer.from('echo $((6*7))\r'));
  await viewer.saw('42');
  viewer.handle.close();
});

test("a box's own terminal is neither renamed nor ended as a session", async () => {
  await run(engine, { name: 'own', command: ['sh'], tty: true, openStdin: true });
  expect((await errorOf(engine.services.terminals.rename('own', 'other'))).hint).toBe('box rename own other');
  expect((await errorOf(engine.services.terminals.end('own'))).hint).toContain('box stop own');
});
