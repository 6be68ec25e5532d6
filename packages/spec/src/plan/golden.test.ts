import { readFileSync, writeFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { encodePlan, op, type Plan } from './codec.ts';
import {
  NO_DESCRIPTOR,
  OPERATIONS,
  type OperationName,
  SESSION_STDIN,
  SESSION_TTY,
  TREE_ALONE,
  TREE_FOLLOW,
  TREE_NO_DATA,
  TREE_NO_LINKS,
  TREE_PROCESS,
  TREE_REPLACE,
  TREE_TRUSTED,
} from './operations.ts';

/**
 * Plans that both sides of the seam read: here they are encoded, in native/test/golden_test.c decoded, and both compare with the same
 * two files. `UPDATE_GOLDEN=1 npx vitest run golden` writes them anew after the table changed.
 */
const GOLDEN: Record<string, Plan> = {
  run: [
    op('supervise', 'a'.repeat(64), 5, '6f1e2d3c-0000-4000-8000-000000000000'),
    op('log', 6, 16 * 1024 * 1024, 4, 7, 2n ** 40n),
    op('session', SESSION_TTY | SESSION_STDIN, 24, 80, 65536),
    op('shimCgroup', 7),
    op('slotFd', 0, 9),
    op('slotTree', 1, '/srv/dätä with spaces', 1),
    op('clone', 0x6e02_0000, 8, 0),
    op('signals'),
    op('slotReceive', 2, 10),
    op('root', 0),
    op('netlink', new Uint8Array([0, 1, 0xfe, 0xff])),
    op('hostname', 'hello'),
    op('mountFs', '/proc', 'proc', 14),
    op('mountFs', '/dev', 'tmpfs', 2, 'mode=755', 'size=65536k', 'noswap'),
    op('mountSlot', 1, '/data', 1, 0, 2 ** 18, 1),
    op('sysctl', 'net.ipv4.ping_group_range', '0 2147483647'),
    op('mkdir', '/dev/pts', 0o755, 0, 0xffff_fffe),
    op('symlink', '/proc/self/fd', '/dev/fd'),
    op('mknod', '/dev/null', 0o20666, 1, 3, 0, 0),
    op('console', 24, 80),
    op('setsid'),
    op('mask', '/proc/kcore'),
    op('readonly', '/proc/sys'),
    op('keyring'),
    op('resolveUser', 'app:staff', 'audio', '1234'),
    op('ownSlot', 2),
    op('pivot'),
    op('workdir', '/', 1),
    op('rootReadonly'),
    op('oomScore', -1000),
    op('rlimit', 7, 1024, 2n ** 64n - 1n),
    op('umask', 0o22),
    op('environment', 1, 'PATH=/bin', 'EMPTY=', 'LINES=a\nb'),
    op('capBounding', 0x8004_05fb),
    op('become'),
    op('capabilities', 1, 2, 0, 2n ** 40n),
    op('noNewPrivileges'),
    op('seccomp', 0, new Uint8Array(8)),
    op('exec', 'sh', '-c', ''),
  ],
  exec: [op('join', 5, 0x6e02_0000), op('clone', 0, NO_DESCRIPTOR, 1), op('exec', '/bin/true')],
  unpack: [
    op('treeDirectory', '.', 0o755, 0, 0, 1, 2),
    op('treeFile', 'usr/bin/ping', 0o4755, 1, 2, 2n ** 64n - 1n, 999_999_999, 5),
    op('treeData', 0, new TextEncoder().encode('hello')),
    op('treeXattr', 'security.capability', new Uint8Array([1, 0, 0, 2])),
    op('treeSymlink', 'bin', 'usr/bin', 0, 0, 3, 4),
    op('treeLink', 'usr/bin/ping6', 'usr/bin/ping'),
    op('treeNode', 'dev/null', 0o20666, 1, 3, 0, 0, 5, 6),
    op('treeWhiteout', 'etc/gone'),
    op('treeOpaque', 'var'),
  ],
  walk: [
    op('treeRoot', TREE_PROCESS | TREE_ALONE | TREE_TRUSTED),
    op('treeInto', '/srv', TREE_REPLACE),
    op('treeTell', '/etc', TREE_FOLLOW | TREE_NO_DATA, 'ssl/private', 'mtab'),
    op('treeStat', '/tmp', TREE_NO_LINKS),
  ],
};

/** One operation a line: text in quotes with everything but printable ASCII as \xNN, bytes as hex, numbers in decimal. */
function describePlan(plan: Plan): string {
  const text = (value: string) =>
    `"${[...new TextEncoder().encode(value)]
      .map((byte) =>
        byte < 32 || byte > 126 || byte === 34 || byte === 92
          ? `\\x${byte.toString(16).padStart(2, '0')}`
          : String.fromCharCode(byte),
      )
      .join('')}"`;
  return plan
    .map(({ name, args }) =>
      [
        name,
        ...args.map((value) =>
          typeof value === 'string'
            ? text(value)
            : value instanceof Uint8Array
              ? `<${Buffer.from(value).toString('hex')}>`
              : String(value),
        ),
      ].join(' '),
    )
    .concat('end\n')
    .join('\n');
}

it.each(Object.entries(GOLDEN))('the golden plan `%s` is encoded as the helper decodes it', (name, plan) => {
  const file = (extension: string) =>
    new URL(`../../../../native/test/golden/${name}.${extension}`, import.meta.url);
  if (process.env.UPDATE_GOLDEN) {
    writeFileSync(file('plan'), encodePlan(plan));
    writeFileSync(file('txt'), describePlan(plan));
  }
  expect(Buffer.from(encodePlan(plan)).equals(readFileSync(file('plan')))).toBe(true);
  expect(describePlan(plan)).toBe(readFileSync(file('txt'), 'utf8'));
});

it('the golden plans use every operation', () => {
  const used = new Set<OperationName>(Object.values(GOLDEN).flatMap((plan) => plan.map(({ name }) => name)));
  expect(
    Object.keys(OPERATIONS).filter((name) => name !== 'end' && !used.has(name as OperationName)),
  ).toEqual([]);
});

it('the helper is compiled with the table as it stands here', async () => {
  const generator = new URL('../../../../scripts/gen-plan-ops.mjs', import.meta.url).href;
  const { planHeader }: { planHeader(): string } = await import(/* @vite-ignore */ generator);
  const header = readFileSync(new URL('../../../../native/src/plan_ops.h', import.meta.url), 'utf8');
  expect(header, 'run `npm run gen:plan`').toBe(planHeader());
});
