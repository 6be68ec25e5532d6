/** box commit: what a box changed becomes a layer of its own over the layers of its image, as they came. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { run, TestAgent } from '../harness/agent.ts';
import { apiOf } from '../harness/api.ts';

let work: string;
let agent: TestAgent;
beforeAll(async () => {
  work = mkdtempSync(join(tmpdir(), 'commit-'));
  agent = await TestAgent.start();
});
afterAll(async () => {
  expect(await agent.leaks()).toEqual([]);
  await agent.stop();
  rmSync(work, { recursive: true, force: true });
});

const details = (image: string) => apiOf(agent).query('images.details', { image });

/** A box that changed something and runs on. */
async function changed(name: string): Promise<void> {
  await agent.ok(['run', '-d', '--name', name, '-v', `${work}:/mnt/host`, 'busybox', 'sleep', '1000']);
  await agent.ok([
    ...['exec', name, 'sh', '-c'],
    'mkdir -p /srv/app && echo hello >/srv/app/file && ln /srv/app/file /srv/app/second && chmod 4711 /srv/app/file && rm /bin/vi && ln -s nowhere /srv/link && echo host >/mnt/host/outside',
  ]);
}

test('an image of a running box has its changes, and the box goes on', async () => {
  await changed('one');
  const id = await agent.ok([
    ...['commit', '-a', 'Jane', '-m', 'with an app', '-c', 'CMD ["cat", "/srv/app/file"]'],
    ...[
      '-c',
      'ENV PATH=$PATH:/srv MODE="very live"',
      '-c',
      'WORKDIR /srv',
      '-c',
      'LABEL stage=test',
      'one',
      'mine:v1',
    ],
  ]);
  expect(id).toMatch(/^sha256:[0-9a-f]{64}$/);
  expect(await agent.ok(['run', '--rm', 'mine:v1'])).toBe('hello');
  const look =
    'stat -c "%n %a %h" app/file; readlink link; echo "$MODE"; echo $PATH | sed s/.*://; ls /bin/vi /mnt/host 2>&1; cat /etc/hosts | wc -l';
  expect((await agent.ok(['run', '--rm', 'mine:v1', 'sh', '-c', look])).split('\n')).toEqual([
    'app/file 4711 2',
    'nowhere',
    'very live',
    '/srv',
    'ls: /bin/vi: No such file or directory',
    'ls: /mnt/host: No such file or directory',
    expect.stringMatching(/^\d+$/),
  ]);
  expect(await agent.ok(['exec', 'one', 'cat', '/srv/app/file'])).toBe('hello');

  const [parent, mine] = await Promise.all([details('busybox'), details('mine:v1')]);
  expect(mine.layerDetails.slice(0, -1).map(({ digest }) => digest)).toEqual(
    parent.layerDetails.map(({ digest }) => digest),
  );
  expect(mine.layerDetails).toHaveLength(parent.layerDetails.length + 1);
  expect(mine.history.at(-1)).toMatchObject({
    author: 'Jane',
    comment: 'with an app',
    createdBy: 'sleep 1000',
    emptyLayer: false,
    bytes: 6,
  });
  expect(mine.config).toMatchObject({
    workdir: '/srv',
    labels: { stage: 'test' },
    cmd: ['cat', '/srv/app/file'],
  });
});

test('the layer holds what the box changed and nothing that was mounted', async () => {
  const file = join(work, 'mine.tar');
  await agent.ok(['save', '-o', file, 'mine:v1']);
  const layer = (await details('mine:v1')).layers.at(-1);
  const { stdout } = await run('sh', ['-c', `tar xOf ${file} ${layer}.tar | tar t`], {});
  const names = stdout.trim().split('\n');
  expect(names).toEqual(expect.arrayContaining(['bin/.wh.vi', 'srv/app/file', 'srv/app/second', 'srv/link']));
  expect(names.filter((name) => /host|outside|resolv/.test(name))).toEqual([]);
  expect(names).toEqual([...names].sort());
  const { code, stderr } = await run('skopeo', ['inspect', `docker-archive:${file}:mine:v1`], {});
  expect(stderr).toBe('');
  expect(code).toBe(0);
});

test('nothing moves while the files are read', async () => {
  const script =
    'head -c 30000000 /dev/urandom >/ab; echo ready; while :; do echo x >>/aa; echo x >>/ac; done';
  await agent.ok(['run', '-d', '--name', 'writer', 'busybox', 'sh', '-c', script]);
  const logs = agent.program(['logs', '-f', 'writer']);
  await logs.printed('ready');
  logs.kill('SIGTERM');
  await agent.ok(['commit', 'writer', 'frozen']);
  const [first, last] = (await agent.ok(['run', '--rm', 'frozen', 'sh', '-c', 'wc -l </aa; wc -l </ac']))
    .split('\n')
    .map(Number);
  expect((first ?? 0) - (last ?? 0)).toBeOneOf([0, 1]);
  await agent.ok(['rm', '-f', 'writer']);
});

test('the same content gives the same digest when a time is given', async () => {
  await changed('two');
  const env = { SOURCE_DATE_EPOCH: '1700000000' };
  const first = await agent.ok(['commit', 'one'], { env });
  expect(await agent.ok(['commit', '--pause=false', 'two'], { env })).toBe(first);
  expect((await details(first)).createdAt).toBe(1_700_000_000_000);
  expect(await agent.ok(['commit', 'two'])).not.toBe(first);
  const { code, stderr } = await agent.box(['commit', 'one'], { env: { SOURCE_DATE_EPOCH: 'now' } });
  expect(code).not.toBe(0);
  expect(stderr).toContain('is no number of seconds');
});

test('a box that changed nothing gives a line of the history without a layer', async () => {
  await agent.ok(['create', '--name', 'untouched', 'busybox']);
  await agent.ok(['commit', '-c', 'USER nobody', 'untouched', 'same:v1']);
  const [parent, same] = await Promise.all([details('busybox'), details('same:v1')]);
  expect(same.layers).toEqual(parent.layers);
  expect(same.history).toHaveLength(parent.history.length + 1);
  expect(same.history.at(-1)).toMatchObject({ emptyLayer: true, bytes: 0 });
  expect(await agent.ok(['run', '--rm', 'same:v1', 'id', '-u'])).toBe('65534');
});

test('a box that an agent left frozen goes on under the next', async () => {
  const { id } = await apiOf(agent).query('containers.inspect', { container: 'one' });
  const freeze = join(agent.env.BOXYARD_CGROUP_ROOT ?? '', id, 'cgroup.freeze');
  writeFileSync(freeze, '1');
  await agent.restart();
  expect(readFileSync(freeze, 'utf8')).toBe('0\n');
  expect(await agent.ok(['exec', 'one', 'cat', '/srv/app/file'])).toBe('hello');
});

test('what cannot be committed is refused before anything is read', async () => {
  const root = join(work, 'root');
  mkdirSync(root);
  await agent.ok(['create', '--name', 'host-root', '--rootfs', root]);
  const refusals: [string[], RegExp][] = [
    [['commit', 'host-root', 'x'], /has a root directory of the host.*box import/],
    [['commit', '-c', 'COMD x', 'one', 'x'], /"COMD" is no change of an image.*did you mean CMD\?/],
    [['commit', '-c', 'RUN make', 'one', 'x'], /"RUN" is no change of an image/],
    [['commit', 'one', 'UPPER'], /is no name for an image/],
    [['commit', 'nobody'], /nobody/],
  ];
  for (const [args, message] of refusals) {
    const { code, stderr } = await agent.box(args);
    expect(code).not.toBe(0);
    expect(stderr).toMatch(message);
  }
  expect(
    (await apiOf(agent).query('images.list', undefined)).some(({ tags }) => tags.includes('x:latest')),
  ).toBe(false);
});
