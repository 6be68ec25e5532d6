import type { TestAgent } from '../../harness/agent.ts';

/** A log that looks like one: times, levels and colours. */
const SERVER = String.raw`i=0; while :; do i=$((i+1)); m=200; c=32; l=INFO
  [ $((i % 7)) = 0 ] && m=304 c=36; [ $((i % 23)) = 0 ] && m=503 c=31 l=ERROR
  printf "$l \033[%sm%s\033[0m GET /orders/%04d \033[2m%d ms\033[0m\n" $c $m $((i * 37 % 9999)) $((i * 13 % 90 + 3))
  [ $((i % 23)) = 0 ] && echo "upstream timed out after 3 s" >&2; sleep 0.02; done`;
/** Keeps about a third of a CPU busy, so that its curve is one. */
const WORKER = `trap "exit 0" TERM; while :; do echo "waiting for jobs"; i=0; while [ $i -lt 60000 ]; do i=$((i+1)); done; sleep 0.6; done`;

/** Boxes in every state that a user meets, with names that people give. */
export async function fillYard(agent: TestAgent): Promise<void> {
  const run = (name: string, ...rest: string[]) => agent.ok(['run', '-d', '--name', name, ...rest]);
  const shell = (name: string, script: string) => run(name, 'busybox', 'sh', '-c', script);
  await shell('migrate-42', 'echo applied 12 migrations');
  await shell('import-prices', 'echo "no such file: prices.csv" >&2; exit 2');
  await run('cache', 'busybox', 'sleep', '100000');
  await shell('worker', WORKER);
  await shell('mailer', 'trap "exit 0" TERM; while :; do sleep 0.1; done');
  await run(
    'api',
    '-e',
    'LOG=debug',
    '-e',
    'DATABASE_PASSWORD=correct-horse',
    '--label',
    'team=orders',
    '--tmpfs',
    '/tmp',
    'busybox',
    'sh',
    '-c',
    SERVER,
  );
  await agent.ok(['run', '-dit', '--name', 'shell', 'busybox', 'sh']);
  await agent.ok(['create', '--name', 'nightly-report', 'busybox', 'sh', '-c', 'date']);
  await agent.ok([
    'run',
    '--name',
    'database',
    '-v',
    'orders-db:/var/lib/db',
    '-v',
    '/tmp/db',
    'busybox',
    'cp',
    '/bin/busybox',
    '/var/lib/db/',
  ]);
  await agent.ok(['volume', 'create', '--label', 'team=orders', 'uploads']);
  await agent.ok(['run', '--name', 'gone', '-v', '/cache', 'busybox', 'cp', '/bin/busybox', '/cache/']);
  await agent.ok(['rm', 'gone']);
  await agent.ok(['tag', 'busybox', 'registry.example.com/tools/busybox:1.36']);
  await agent.ok(['exec', '-d', 'worker', 'sleep', '1000']);
  await agent.ok(['stop', 'mailer']);
  await agent.ok(['kill', 'cache']);
}
