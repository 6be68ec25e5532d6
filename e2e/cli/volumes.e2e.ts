/** Volumes: what is in them outlives boxes, who has them, and how they go. */
import { existsSync, lstatSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { TestAgent } from '../harness/agent.ts';

let agent: TestAgent;
beforeAll(async () => {
  agent = await TestAgent.start();
});
afterAll(() => agent?.stop());

const box = (...args: string[]) => agent.ok(args);
const fails = async (...args: string[]) => {
  const { code, stderr } = await agent.box(args);
  expect(code).not.toBe(0);
  return stderr.trim();
};
const inspect = async (name: string) => JSON.parse(await box('volume', 'inspect', name))[0];
const mountsOf = async (name: string) => JSON.parse(await box('inspect', name))[0].config.mounts;
const names = async (...filters: string[]) =>
  (await box('volume', 'ls', '-q', ...filters)).split('\n').sort();

test('what a box writes to a named volume is there for the next one; a volume in use stays', async () => {
  await box('run', '--rm', '-v', 'data:/srv', 'busybox', 'sh', '-c', 'echo kept > /srv/file');
  expect(await box('run', '--name', 'reader', '-v', 'data:/other', 'busybox', 'cat', '/other/file')).toBe(
    'kept',
  );
  expect(await inspect('data')).toMatchObject({ name: 'data', anonymous: false, containers: ['reader'] });
  expect(await fails('volume', 'rm', 'data')).toBe(
    'box: volume "data" is used by reader: remove it first: box rm reader',
  );
  await box('rm', 'reader');
  const { path } = await inspect('data');
  expect(readFileSync(join(path, 'file'), 'utf8')).toBe('kept\n');
  expect(lstatSync(join(path, '..')).mode & 0o777).toBe(0o700);
  expect(await box('volume', 'rm', 'data')).toBe('data');
  expect(existsSync(path)).toBe(false);
  expect(await fails('volume', 'inspect', 'data')).toContain('no volume is called "data"');
});

test('a volume without a name goes with its box: by --rm, by rm -v, not by rm', async () => {
  await box('run', '--rm', '-v', '/d', 'busybox', 'touch', '/d/x');
  const made = async (...rm: string[]) => {
    await box('run', '--name', 'anonymous', '-v', '/d', '-v', 'kept:/k', 'busybox', 'touch', '/d/x');
    const [{ name }] = await mountsOf('anonymous');
    expect(name).toMatch(/^[0-9a-f]{64}$/);
    await box('rm', ...rm, 'anonymous');
    return name as string;
  };
  await made('-v');
  expect(await names()).toEqual(['kept']);
  const left = await made();
  expect(await names('--filter', 'dangling=true')).toEqual([left, 'kept'].sort());
  const preview = await box('volume', 'prune', '--dry-run');
  expect(preview).toContain(left);
  expect(preview).not.toContain('kept');
  await box('volume', 'prune', '-f');
  expect(await names()).toEqual(['kept']);
  await box('volume', 'prune', '-f', '--all');
  expect(await box('volume', 'ls', '-q')).toBe('');
});

test('--volumes-from gives the mounts of another box, read-only where asked', async () => {
  const folder = join(agent.folder, 'shared');
  mkdirSync(folder);
  writeFileSync(join(folder, 'file'), 'host');
  await box(
    'create',
    '--name',
    'source',
    '-v',
    'shared:/vol',
    '-v',
    `${folder}:/bind`,
    '--tmpfs',
    '/tmp',
    'busybox',
  );
  const script = 'cat /bind/file; touch /vol/x; mount | grep -c " /tmp "';
  expect(
    await box('run', '--rm', '--volumes-from', 'source', 'busybox', 'sh', '-c', `${script} || true`),
  ).toBe('host0');
  const { stderr } = await agent.box([
    'run',
    '--rm',
    '--volumes-from',
    'source:ro',
    'busybox',
    'rm',
    '/vol/x',
  ]);
  expect(stderr).toContain('Read-only file system');
  await box('rm', 'source');
  await box('volume', 'rm', 'shared');
});

test('--mount says the same in words', async () => {
  const mount = 'type=volume,source=worded,target=/w,volume-label=env=test,volume-nocopy';
  await box(
    'create',
    '--name',
    'worded',
    '--mount',
    mount,
    '--mount',
    'type=tmpfs,target=/t,tmpfs-size=64k',
    'busybox',
  );
  expect(await inspect('worded')).toMatchObject({ labels: { env: 'test' } });
  expect(await mountsOf('worded')).toMatchObject([
    { type: 'volume', name: 'worded', target: '/w', copy: false },
    { type: 'tmpfs', target: '/t', size: 65_536 },
  ]);
  expect(await names('--filter', 'label=env=test')).toEqual(['worded']);
  await box('rm', 'worded');
  await box('volume', 'prune', '-af', '--filter', 'label=env');
});

test('a box that could not be made leaves no volume that nobody asked for', async () => {
  await agent.box(['create', '-v', '/d', '-v', 'asked:/x', '-v', '/nonsense:/y', 'busybox']);
  await agent.box(['create', '-v', '/d', '--name', 'not a name', 'busybox']);
  expect(await box('volume', 'ls', '-q')).toBe('');
});

test('the making and going of volumes, and their mounts, are events', async () => {
  const since = new Date().toISOString();
  await box('run', '--rm', '--name', 'told', '-v', 'told:/d', 'busybox', 'true');
  await box('volume', 'rm', 'told');
  const lines = (
    await box(
      'events',
      '--since',
      since,
      '--until',
      new Date().toISOString(),
      '--filter',
      'type=volume',
      '--format',
      '{{.Action}}',
    )
  ).split('\n');
  expect(lines).toEqual(['create', 'mount', 'unmount', 'destroy']);
});

test('after all of this nothing is left behind, also for an agent that comes back', async () => {
  await box('volume', 'create', 'lasting');
  mkdirSync(join(agent.folder, 'root/volumes/cut-off/_data'), { recursive: true });
  await agent.restart();
  expect(await names()).toEqual(['lasting']);
  expect(await agent.leaks()).toEqual([]);
});
