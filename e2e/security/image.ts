/** Images that no honest person makes: busybox and whatever a test puts beside it. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { craftArchive } from '../../packages/storage/src/tar/craft.ts';
import type { TestAgent } from '../harness/agent.ts';

type Entry = Exclude<Parameters<typeof craftArchive>[number], Buffer>;

const TOOLS = [
  'sh',
  'cat',
  'ls',
  'id',
  'echo',
  'grep',
  'sleep',
  'mkdir',
  'stat',
  'readlink',
  'env',
  'wc',
  'head',
  'usleep',
  'touch',
];

/** A root file system of a static busybox; an entry of the same path replaces ours. */
export function rootfs(entries: readonly (Entry | Buffer)[]): Buffer {
  const theirs = new Set(
    entries.map((entry) => (Buffer.isBuffer(entry) ? '' : String(entry.path).split('/')[0])),
  );
  const ours: Entry[] = [
    { path: 'bin/busybox', mode: 0o755, data: readFileSync('/bin/busybox') },
    ...TOOLS.map((tool) => ({ path: `bin/${tool}`, type: 'symlink' as const, target: 'busybox' })),
    { path: 'tmp/', type: 'directory', mode: 0o1777 },
    ...(theirs.has('etc')
      ? []
      : [
          { path: 'etc/passwd', data: 'root:x:0:0:root:/root:/bin/sh\n' },
          { path: 'etc/group', data: 'root:x:0:\n' },
        ]),
  ];
  return craftArchive(...ours, ...entries);
}

/** Imports it under `name`; `flags` are those of `box import`. */
export async function importImage(
  agent: TestAgent,
  name: string,
  entries: readonly (Entry | Buffer)[],
  flags: string[] = [],
) {
  const file = join(agent.folder, `${name}.tar`);
  writeFileSync(file, rootfs(entries));
  await agent.ok(['import', ...flags, file, name]);
}
