/** Users: one strict parser, numbers never looked up (CVE-2026-30892, CVE-2026-46680), and files of the image that bite. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { craftRaw } from '../../packages/storage/src/tar/craft.ts';
import { formatPaxRecord } from '../../packages/storage/src/tar/pax.ts';
import { TestAgent } from '../harness/agent.ts';
import { importImage } from './image.ts';

/** A user whose name is a number, and one whose number nobody asks for. */
const PASSWD =
  'root:x:0:0:root:/root:/bin/sh\n1000:x:77:78::/tmp:/bin/sh\napp:x:1001:1002::/home/app:/bin/sh\n';
const GROUP = 'root:x:0:\napp:x:1002:\nstaff:x:50:app\n1000:x:79:app\n';

let agent: TestAgent;
beforeAll(async () => {
  agent = await TestAgent.start();
  await importImage(agent, 'users', [
    { path: 'etc/passwd', data: PASSWD },
    { path: 'etc/group', data: GROUP },
  ]);
  await agent.ok(['run', '-d', '--name', 'box', 'users', 'sleep', '1000']);
});
afterAll(() => agent.stop());

const WAYS: [string, string[]][] = [
  ['run', ['run', '--rm']],
  ['exec', ['exec']],
];
const target = (verb: string) => (verb === 'run' ? 'users' : 'box');
const IDS = ['sh', '-c', 'echo $(id -u) $(id -g)'];

test.each(WAYS)('%s: what is a user is that user', async (verb, way) => {
  const users: [string, string][] = [
    ['1', '1 0'],
    ['1:2', '1 2'],
    [':2', '0 2'],
    ['0', '0 0'],
    ['1000', '1000 0'],
    ['app', '1001 1002'],
    ['app:staff', '1001 50'],
    ['app:7', '1001 7'],
    ['4294967294', '4294967294 0'],
  ];
  const found = users.map(async ([user]) => [
    user,
    await agent.ok([...way, '-u', user, target(verb), ...IDS]),
  ]);
  expect(await Promise.all(found)).toEqual(users);
});

test.each(WAYS)('%s: what is none is refused, and nothing runs', async (verb, way) => {
  const none = [
    '+1',
    '-1',
    '0x1',
    '1:',
    '1:2:3',
    '4294967295',
    '4294967296',
    '99999999999999999999',
    '1 ',
    'nobody-here',
    'app:nobody-here',
    '../root',
    'root\n',
  ];
  const results = none.map(async (user) => {
    const { code, stdout, stderr } = await agent.box([...way, `--user=${user}`, target(verb), ...IDS]);
    return { user, code, stdout, lines: stderr.split('\n').length };
  });
  expect(await Promise.all(results)).toEqual(none.map((user) => ({ user, code: 125, stdout: '', lines: 2 })));
});

test.each(WAYS)(
  '%s: supplementary groups are those that list the user (CVE-2023-25173)',
  async (verb, way) => {
    const groups = async (user: string) =>
      (await agent.ok([...way, '-u', user, target(verb), 'id', '-G']))
        .split(' ')
        .map(Number)
        .sort((a, b) => a - b);
    expect(await groups('app')).toEqual([50, 79, 1002]);
    expect(await groups('root')).toEqual([0]);
    expect(await groups('1')).toEqual([0]);
    expect(await groups('1:2')).toEqual([2]);
  },
);

test('a FIFO, a device, 1 GiB or a link to the host as /etc/passwd or /etc/group never hangs and tells nothing', async () => {
  const huge = [formatPaxRecord('GNU.sparse.size', String(2 ** 30)), formatPaxRecord('GNU.sparse.map', '')];
  const damaged = ['etc/passwd', 'etc/group'].flatMap((file) => {
    const keep =
      file === 'etc/group' ? { path: 'etc/passwd', data: PASSWD } : { path: 'etc/group', data: GROUP };
    const name = (what: string) => `${what}-${file.slice('etc/'.length)}`;
    return [
      { name: name('fifo'), entries: [keep, { path: file, type: 'fifo' as const }] },
      {
        name: name('device'),
        entries: [keep, { path: file, type: 'character' as const, major: 1, minor: 5 }],
      },
      { name: name('huge'), entries: [keep, craftRaw('x', Buffer.concat(huge)), { path: file, data: '' }] },
      {
        name: name('link'),
        entries: [keep, { path: file, type: 'symlink' as const, target: `${'../'.repeat(20)}${file}` }],
      },
    ];
  });
  const results = damaged.map(async ({ name, entries }) => {
    await importImage(agent, name, entries);
    const { code, stdout } = await agent.box(['run', '--rm', '-u', 'daemon:adm', name, 'id']);
    return { name, code, stdout };
  });
  expect(await Promise.all(results)).toEqual(damaged.map(({ name }) => ({ name, code: 125, stdout: '' })));
});

test('nothing is left behind', async () => {
  expect(await agent.leaks()).toEqual([]);
});
