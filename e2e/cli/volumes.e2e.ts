/** Volumes: what is in them outlives boxes, who has them, and how they go. */
import {
  copyFileSync,
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  renameSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { eventually, run, TestAgent } from '../harness/agent.ts';

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

/** An image whose /var/lib/app has an owner, modes, an attribute, links and a device, and /app leads there by a link. */
async function importImage(): Promise<void> {
  const folder = join(agent.folder, 'image');
  const app = join(folder, 'var/lib/app');
  mkdirSync(join(app, 'deep'), { recursive: true });
  mkdirSync(join(folder, 'bin'));
  copyFileSync('/bin/busybox', join(folder, 'bin/busybox'));
  symlinkSync('busybox', join(folder, 'bin/sh'));
  symlinkSync('/var/lib/app', join(folder, 'app'));
  writeFileSync(join(app, 'file'), 'from the image\n', { mode: 0o640 });
  linkSync(join(app, 'file'), join(app, 'deep/again'));
  symlinkSync('../file', join(app, 'deep/link'));
  writeFileSync(join(app, '.wh.gone'), 'a whiteout of nothing');
  const script = `chown 33:44 ${app} && chmod 2750 ${app} && chown 7:8 ${app}/file && touch -d 2001-02-03T04:05:06.123456789 ${app}/file &&
    setfattr -n user.colour -v blue ${app}/file && mkfifo ${app}/fifo && tar -C ${folder} -cf ${folder}.tar .`;
  expect(await run('sh', ['-c', script])).toMatchObject({ code: 0, stderr: '' });
  await box('import', folder, 'filled');
}

const BUSYBOX = ['/bin/busybox', 'sh', '-c'];
const STAT = 'busybox stat -c "%A %u:%g %h %n" $(busybox find . | busybox sort)';

test('a new volume is filled with what the image has in its place, to the last attribute; a used one is not', async () => {
  await importImage();
  const inImage = await box(
    'run',
    '--rm',
    'filled',
    ...BUSYBOX,
    `cd /var/lib/app; export PATH=/bin; ${STAT}`,
  );
  await box(
    'create',
    '--name',
    'first',
    '-v',
    'up:/app',
    'filled',
    ...BUSYBOX,
    `cd /app; export PATH=/bin; ${STAT}`,
  );
  const { path } = await inspect('up');
  expect(readFileSync(join(path, 'file'), 'utf8')).toBe('from the image\n');
  expect(lstatSync(path)).toMatchObject({ uid: 33, gid: 44, mode: 0o42750 });
  expect((await run('getfattr', ['--only-values', '-n', 'user.colour', join(path, 'file')])).stdout).toBe(
    'blue',
  );
  expect(lstatSync(join(path, 'file'), { bigint: true }).mtimeNs % 1_000_000_000n).toBe(123_456_789n);
  expect(await box('start', '-a', 'first')).toBe(inImage);
  await box('rm', 'first');
  await box('run', '--rm', '-v', 'up:/d', 'filled', ...BUSYBOX, 'echo mine > /d/file; echo x > /d/.wh.file');
  expect(await box('run', '--rm', '-v', 'up:/app', 'filled', ...BUSYBOX, 'busybox cat /app/file')).toBe(
    'mine',
  );
  const bare = ['run', '--rm', '-v', 'bare:/app:nocopy', 'filled', ...BUSYBOX, 'busybox ls -a /app'];
  expect(await box(...bare)).toBe('.\n..');
});

test('an archive of a volume is the same after its way into another; imports go over what is there', async () => {
  const archive = join(agent.folder, 'up.tar');
  await box('volume', 'export', '-o', archive, 'up');
  await box('volume', 'create', 'copy');
  await box('volume', 'import', 'copy', archive);
  await box('volume', 'export', '-o', `${archive}.copy`, 'copy');
  expect(readFileSync(`${archive}.copy`).equals(readFileSync(archive))).toBe(true);
  const { path } = await inspect('copy');
  writeFileSync(join(path, 'extra'), '');
  writeFileSync(join(path, 'file'), 'changed');
  const packed = (await run('sh', ['-c', `gzip -c ${archive} > ${archive}.gz`])).code;
  expect(packed).toBe(0);
  await agent.ok(['volume', 'import', 'copy'], { input: readFileSync(`${archive}.gz`) });
  expect(readFileSync(join(path, 'file'), 'utf8')).toBe('mine\n');
  expect(existsSync(join(path, 'extra'))).toBe(true);
  expect((await agent.box(['volume', 'import', 'copy'], { input: 'no archive' })).stderr).toContain(
    'no tar archive',
  );
});

test('a box that could not be made leaves no volume that nobody asked for', async () => {
  const before = await names();
  await agent.box(['create', '-v', '/d', '-v', '/nonsense:/y', 'busybox']);
  const [{ layers }] = JSON.parse(await box('inspect', '--type', 'image', 'filled'));
  const layer = join(agent.folder, 'root/layers', layers[0]);
  renameSync(layer, `${layer}.away`);
  expect(await fails('create', '-v', '/d', '-v', 'asked:/x', 'filled')).not.toBe('');
  renameSync(`${layer}.away`, layer);
  expect(await names()).toEqual(['asked', ...before].sort());
  await box('volume', 'rm', 'asked');
});

test(':U gives a volume to the user of the box, also one that it may only read', async () => {
  const own = await box(
    'run',
    '--rm',
    '-u',
    '1000:50',
    '-v',
    'owned:/d:U',
    'busybox',
    'sh',
    '-c',
    'touch /d/x; stat -c %u:%g /d /d/x',
  );
  expect(own).toBe('1000:50\n1000:50');
  const others = await box(
    'run',
    '--rm',
    '-u',
    '7:8',
    '-v',
    'owned:/d:U,ro',
    'busybox',
    'stat',
    '-c',
    '%u:%g',
    '/d',
    '/d/x',
  );
  expect(others).toBe('7:8\n7:8');
});

test('a read-only bind is read-only with what is mounted below it; a file can be bound; a missing source is named', async () => {
  const folder = join(agent.folder, 'tree');
  mkdirSync(join(folder, 'below'), { recursive: true });
  writeFileSync(join(folder, 'file'), 'bound');
  expect(await run('mount', ['-t', 'tmpfs', 'none', join(folder, 'below')])).toMatchObject({ code: 0 });
  const script = 'touch /t/x || echo ro; touch /t/below/x || echo ro; cat /one';
  const flags = ['-v', `${folder}:/t:ro`, '-v', `${folder}/file:/one:ro`];
  expect(await box('run', '--rm', ...flags, 'busybox', 'sh', '-c', `(${script}) 2>/dev/null`)).toBe(
    'ro\nro\nbound',
  );
  const alone = ['-v', `${folder}:/t:bind`, 'busybox', 'sh', '-c', 'mount | grep -c " /t/below " || true'];
  expect(await box('run', '--rm', ...alone)).toBe('0');
  await run('umount', [join(folder, 'below')]);
  expect(await fails('run', '--rm', '-v', `${folder}/none:/n`, 'busybox')).toContain(
    `mkdir -p ${folder}/none`,
  );
});

test('a copy that the agent’s death cut off begins anew', async () => {
  const big = join(agent.folder, 'image/var/lib/app/big');
  writeFileSync(big, Buffer.alloc(64 * 1024 * 1024, 'x'));
  await box('import', join(agent.folder, 'image'), 'big');
  const creating = agent.program([
    'create',
    '--name',
    'cut',
    '-v',
    'cut:/app',
    'big',
    ...BUSYBOX,
    'busybox wc -c < /app/big',
  ]);
  const copy = join(agent.folder, 'root/volumes/cut/_data/big');
  await eventually(() => existsSync(copy), 'the copy begins');
  await agent.kill9();
  expect(lstatSync(copy).size).toBeLessThan(64 * 1024 * 1024);
  expect(existsSync(join(copy, '../../filling'))).toBe(true);
  await agent.launch();
  // The command asks again, by the same id, once an agent is there.
  expect(await creating.ended).toBe(0);
  expect(await box('start', '-a', 'cut')).toBe(String(64 * 1024 * 1024));
  expect(existsSync(join(copy, '../../filling'))).toBe(false);
});

test('after all of this nothing is left behind, also for an agent that comes back', async () => {
  await box('volume', 'create', 'lasting');
  const root = join(agent.folder, 'root/volumes');
  // A making that was cut off, one that the database did not get to know, a removal that was cut off.
  mkdirSync(join(root, 'cut-off/_data'), { recursive: true });
  mkdirSync(join(root, 'unknown/_data'), { recursive: true });
  const record = readFileSync(join(root, 'lasting/volume.json'), 'utf8');
  writeFileSync(join(root, 'unknown/volume.json'), record.replace('"lasting"', '"unknown"'));
  renameSync(join(root, 'up'), join(agent.folder, 'up'));
  const { leaks } = JSON.parse((await agent.box(['doctor', '--leaks', '--format', 'json'])).stdout);
  expect(leaks.map(({ what }: { what: string }) => what).sort()).toEqual([
    join(root, 'cut-off'),
    join(root, 'unknown'),
    'volume up',
  ]);
  await agent.restart();
  expect(await names()).toEqual(['bare', 'copy', 'cut', 'lasting', 'owned', 'unknown']);
  expect(await agent.leaks()).toEqual([]);
});
