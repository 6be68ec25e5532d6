import { BoxError, splitShellWords } from '@boxyard/spec';
import { expect, test } from 'vitest';
import { type CreateRequest, createInput } from '../schemas/container.ts';
import { type Caller, formatRunCommand, parseRunCommand } from './index.ts';
import { schemaProblems } from './validate.ts';

const caller: Caller = {
  variable: (key) => (key === 'MINE' ? 'my value' : undefined),
  readFile: (path) => {
    if (path === 'a.env') return 'A=file\nB=file\n';
    throw new BoxError('NOT_FOUND', `${path} is not there`);
  },
  absolute: (path) => `/here/${path}`,
};
const wordsOf = (line: string) => splitShellWords(line).words.map(({ text }) => text);
const parse = (line: string) => parseRunCommand(wordsOf(line), caller);
function request(line: string): CreateRequest {
  const parsed = parse(line);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  return createInput.parse(parsed.request);
}

test('flags in every spelling become the same request', () => {
  const wanted = { image: 'busybox', name: 'web', env: ['A=1'], tty: true, openStdin: true, command: ['sh'] };
  for (const line of [
    'box run -it --name web -e A=1 busybox sh',
    'box run -ti --name=web --env=A=1 busybox -- sh',
    'box run --interactive --tty --env A=1 --name web --image busybox sh',
    'docker run -iteA=1 --name web busybox sh',
    'podman container create -t=true -i -e A=1 --name web -- busybox sh',
  ]) {
    expect(request(line)).toMatchObject(wanted);
  }
});

test('what stands after the image is the command, flags and "--" included', () => {
  expect(request('box run busybox ls -l --name x').command).toEqual(['ls', '-l', '--name', 'x']);
  expect(request('box run busybox -- x -- y').command).toEqual(['x', '--', 'y']);
  expect(request('box run --rootfs /r -- sh')).toMatchObject({ rootfs: '/r', command: ['sh'] });
});

test('env files come first, -e after them, KEY alone takes the value of the caller, a relative source its directory', () => {
  expect(request('box run -e A=flag -e MINE -e NOT_SET --env-file a.env -v ./site:/srv x')).toMatchObject({
    env: ['A=flag', 'B=file', 'MINE=my value'],
    mounts: [{ source: '/here/./site' }],
  });
});

test.each([
  ['ls', 0, 'starts with "box run"'],
  ['box rum x', 1, '"run" or "create" is expected'],
  ['box run', 2, 'no image given'],
  ['box run --nmae web x', 2, 'no flag --nmae'],
  ['box run -itz x', 2, 'no flag -z'],
  ['box create -d x', 2, 'no flag -d'],
  ['box run --rm=maybe x', 2, 'true or false'],
  ['box run x --name', undefined, ''],
  ['box run --rm --name', 3, 'needs a value'],
  ['box run --rm --shm-size much x', 4, 'is no size'],
  ['box run -e A=1 -e =x x', 5, 'no name before'],
  ['box run --cap-add=NET_ADMINN x', 2, 'is no capability'],
  ['box run --stop-signal SIGFOO x', 3, 'is no signal'],
  ['box run -u "a b" x', 3, 'is no user'],
  ['box run -v /a:/x --mount target=/y --tmpfs /y x', 7, 'a mount target twice'],
  ['box run -v /a:/x --tmpfs /x x', 5, 'a mount target twice'],
  ['box run --env-file no.env x', 3, 'is not there'],
  ['box run --image a --rootfs /b', 5, 'exclude each other'],
])('%s is wrong at word %s', (line, word, message) => {
  const parsed = parse(line);
  if (word === undefined) expect(parsed.ok).toBe(true);
  else
    expect(parsed).toMatchObject({
      ok: false,
      problems: [{ word, message: expect.stringContaining(message) }],
    });
});

test('several wrong values are told at once', () => {
  const parsed = parse('box run --umask 9 --shm-size 0 -w srv x');
  expect(parsed.ok === false && parsed.problems.map(({ word }) => word).sort()).toEqual([3, 5, 7]);
});

test('what the schema refuses is told at its flag', () => {
  const parsed = parse('box run --name "a b" -l x=1 -l y=2 --log-opt max-size=1 --stop-timeout 90000 x');
  if (!parsed.ok) throw new Error('it is well-formed');
  expect(schemaProblems(parsed.line, parsed.request).map(({ field, index }) => [field, index])).toEqual([
    ['name', 0],
    ['stop-timeout', 0],
    ['log-opt', 0],
  ]);
});

/** Numbers as random as needed and the same in each run (Numerical Recipes, LCG). */
function numbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

const TEXTS = [
  'a',
  '-x',
  '--',
  '--name',
  "it's",
  'a "b" c',
  '$HOME `id`',
  'a\nb',
  '\\',
  '#',
  '=',
  '😀',
  '<b>',
  'שלום',
  'x'.repeat(10_000),
  ' ',
  '',
];

function randomRequest(seed: number): CreateRequest {
  const number = numbers(seed);
  const text = () => TEXTS[number(TEXTS.length)] as string;
  const some = <T>(most: number, make: (index: number) => T): T[] =>
    Array.from({ length: number(most + 1) }, (_, index) => make(index));
  const maybe = <T extends object>(fields: () => T): Partial<T> => (number(2) ? fields() : {});
  const command = some(4, text);
  return createInput.parse({
    ...(number(5)
      ? { image: ['busybox', 'busybox:latest', '-odd', 'a/b@c'][number(4)] }
      : { rootfs: '/srv/my root' }),
    ...(command.length > 0 ? { command } : {}),
    ...maybe(() => ({ name: 'web-1.a_b' })),
    ...maybe(() => ({ entrypoint: [[], ['sh'], ['-odd entry']][number(3)] })),
    env: some(3, (index) => `K${index}=${text()}`),
    ...maybe(() => ({ workdir: '/a b' })),
    ...maybe(() => ({ user: ['', '0', 'www-data:1'][number(3)] })),
    ...maybe(() => ({ hostname: 'h.example' })),
    tty: number(2) === 1,
    openStdin: number(2) === 1,
    mounts: [
      ...some(2, (index) => ({
        type: 'bind',
        source: `/s ${index}`,
        target: `/t${index}`,
        readonly: number(2) === 1,
        recursive: number(2) === 1,
        propagation: ['rprivate', 'rshared', 'slave'][number(3)],
        chown: number(2) === 1,
      })),
      ...some(3, (index) => ({
        type: 'volume',
        name: index === 2 ? '' : `data_${index}`,
        target: `/v ${index}`,
        ...(index === 2 ? {} : { readonly: number(2) === 1, chown: number(2) === 1, copy: number(2) === 1 }),
      })),
      ...some(2, (index) => ({
        type: 'volume',
        name: index === 1 ? '' : 'labelled',
        target: `/w:${index}`,
        readonly: true,
        labels: { a: text().replaceAll('=', '') },
      })),
      ...some(2, (index) => ({
        type: 'tmpfs',
        target: `/m ${index}`,
        ...maybe(() => ({ size: [1, 1000, 65_536, 64 * 1024 ** 2][number(4)] })),
        mode: [0o1777, 0o755, 0][number(3)],
        options: some(2, (at) => ['ro', 'noexec'][at]),
      })),
    ],
    volumesFrom: some(2, (index) => ({ container: `other${index}`, readonly: number(2) === 1 })),
    readonlyRoot: number(2) === 1,
    network: number(2) ? 'host' : 'none',
    capAdd: some(2, (index) => ['NET_ADMIN', 'all'][index]),
    capDrop: some(2, (index) => ['ALL', 'cap_chown'][index]),
    noNewPrivileges: number(2) === 1,
    ulimits: some(
      2,
      (index) =>
        [
          { name: 'nofile', soft: 1, hard: -1 },
          { name: 'core', soft: 0, hard: 0 },
        ][index],
    ),
    ...maybe(() => ({ shmSize: 1 + number(2 ** 31) })),
    ...maybe(() => ({ stopSignal: ['SIGINT', '9', 'rtmin+3'][number(3)] })),
    ...maybe(() => ({ stopTimeout: number(86_400) })),
    ...maybe(() => ({ umask: number(0o1000) })),
    ...maybe(() => ({ timezone: 'Europe/Berlin' })),
    labels: Object.fromEntries(some(3, (index) => [`l ${index}`, text()])),
    log: {
      ...maybe(() => ({ maxSize: 4096 + number(2 ** 30) })),
      ...maybe(() => ({ maxFile: 1 + number(1000) })),
    },
    autoRemove: number(2) === 1,
  });
}

test('a thousand requests come back from the command lines written for them', () => {
  for (let seed = 0; seed < 1000; seed++) {
    const wanted = randomRequest(seed);
    const line = formatRunCommand(wanted, seed % 2 ? 'run' : 'create');
    expect(request(line), line.slice(0, 500)).toEqual(wanted);
  }
});
