/** Images unpacked by us, by umoci and by podman: equal trees, from every mode and attribute to the last nanosecond. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { LinuxSyscalls } from '../../packages/kernel/src/index.ts';
import { manifestOf } from '../../packages/storage/src/testing/manifest.ts';
import { RandomLayers } from '../fixtures/random-layers.ts';
import { run, TestAgent } from '../harness/agent.ts';
import { digestOf, makeImage, writeLayout } from '../harness/image-fixture.ts';

/** What one tool in one format can say of files, attributes and devices; holes and ACLs among them. */
const BASE = `
  mkdir -p etc usr/bin sticky "deep/$(printf 'd%.0s' {1..200})/$(printf 'e%.0s' {1..200})"; printf root >etc/passwd; chown 1000:70000 etc/passwd
  printf '#!' >usr/bin/su; chown 0:42 usr/bin/su; chmod 6755 usr/bin/su; ln usr/bin/su usr/second; chmod 1777 sticky; chmod 2750 usr
  ln -s ../bin/su usr/link; ln -s /absolute absolute; : >empty; chmod 0 empty; mkfifo -m 0620 fifo; mknod -m 0666 null c 1 3; mknod sda b 8 300
  printf y >$'new\\nline'; printf z >'back\\\\slash "quoted" ü'; printf 1 >large-ids; chown 3000000000:4294967294 large-ids
  truncate -s 3M sparse; printf data | dd of=sparse bs=1 seek=1000000 conv=notrunc status=none
  setfattr -n user.colour -v blue usr/bin/su; setfattr -n user.binary -v 0x000aff3d0a etc
  setfattr -n security.capability -v 0x0100000200040000000000000000000000000000 etc/passwd
  setfacl -m u:1234:rw,g:77:r etc/passwd; setfacl -d -m u:1234:rwx sticky
  find . -exec touch -h -d '2020-02-03 04:05:06.789012345 UTC' {} +; touch -d '1960-01-02 UTC' empty; touch -d '2100-01-02 UTC' fifo`;
const ARCHIVE = "tar --format=pax --sort=name --numeric-owner --xattrs --xattrs-include='*' -S -cf - .";

let work: string;
let agent: TestAgent;
beforeAll(async () => {
  work = mkdtempSync(join(tmpdir(), 'fidelity-'));
  agent = await TestAgent.start();
});
afterAll(async () => {
  await agent.stop();
  rmSync(work, { recursive: true, force: true });
});

const sh = (script: string, cwd: string) =>
  execFileSync('bash', ['-euc', script], { cwd, stdio: ['ignore', 'pipe', 'pipe'], maxBuffer: 2 ** 28 });

/** A tree as every reader must show it: which names are one file, not how many there ever were; where holes are is nobody's promise. */
function treeOf(root: string): string[] {
  return manifestOf(root).map((line) => line.replace(/ names=\d+/, '').replace(/ sparse=\w+/, ''));
}

/** Unpacked by the agent and mounted as a box sees it. */
async function ours(layout: string, archives: readonly Buffer[]): Promise<string[]> {
  const image = /sha256:([0-9a-f]{64})/.exec(await agent.ok(['load', '-i', layout]))?.[1] ?? '';
  const layers = archives.map((archive) =>
    join(agent.folder, 'root/layers', digestOf(archive).slice('sha256:'.length)),
  );
  const parents = join(agent.folder, 'root/parents', image);
  using kernel = new LinuxSyscalls();
  const lowers = [...(existsSync(parents) ? [parents] : []), ...layers.reverse()];
  const mount = await kernel.overlay({ lowers });
  try {
    return treeOf(`/proc/self/fd/${mount}/.`);
  } finally {
    kernel.close(mount);
  }
}

/** Unpacked by umoci, one layer over the other. */
async function umoci(layout: string): Promise<string[]> {
  const bundle = `${layout}-umoci`;
  await succeed('umoci', ['unpack', '--image', `${layout}:latest`, bundle]);
  return treeOf(join(bundle, 'rootfs'));
}

/** Unpacked by podman, which makes the folder's name the image's: `vfs` copies the layer below first, `overlay` keeps each layer as it is. */
async function podman(layout: string, driver: 'vfs' | 'overlay'): Promise<string[]> {
  const options = [
    '--root',
    `${layout}-${driver}`,
    '--runroot',
    `${layout}-${driver}-run`,
    '--storage-driver',
    driver,
  ];
  const id = (await succeed('podman', [...options, 'pull', '-q', `oci:${basename(layout)}:latest`])).trim();
  const root = (await succeed('podman', [...options, 'image', 'mount', id])).trim();
  try {
    return treeOf(root);
  } finally {
    await succeed('podman', [...options, 'image', 'umount', id]);
  }
}

/** podman (4.3) loses access control lists and times before 1970, and has a root directory of its own. */
function asPodmanKeeps(line: string): string {
  return line
    .replace(/ system\.posix_acl_\w+=\w+/g, '')
    .replace(/ mtime=-\d+/, ' mtime=0')
    .replace(/^\. .*/, '.');
}

async function succeed(program: string, args: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await run(program, args, { cwd: work });
  if (code !== 0) throw new Error(`${program} ${args.join(' ')} → ${code}: ${stderr}`);
  return stdout;
}

function layoutOf(name: string, archives: readonly Buffer[]): string {
  const layout = join(work, name);
  writeLayout(layout, makeImage(archives));
  return layout;
}

test('an image of many layers that replace and hide each other is the same tree to us, to umoci and to podman', async () => {
  const tree = join(work, 'tree');
  mkdirSync(tree);
  sh(BASE, tree);
  sh(`${ARCHIVE} >../base.tar`, tree);
  const random = new RandomLayers(20261122);
  const archives = [
    readFileSync(join(work, 'base.tar')),
    ...Array.from({ length: 24 }, () => random.next(30)),
  ];
  const layout = layoutOf('many', archives);
  const [mine, asUmoci, asVfs, asOverlay] = await Promise.all([
    ours(layout, archives),
    umoci(layout),
    podman(layout, 'vfs'),
    podman(layout, 'overlay'),
  ]);
  expect(mine.length).toBeGreaterThan(100);
  expect(mine).toEqual(asUmoci);
  expect(mine.map(asPodmanKeeps)).toEqual(asVfs.map(asPodmanKeeps));
  expect(mine.map(asPodmanKeeps)).toEqual(asOverlay.map(asPodmanKeeps));
});

test('directories that a layer does not list are as lower layers have them', async () => {
  const tree = join(work, 'listed');
  mkdirSync(tree);
  const archive = (script: string) => {
    sh(script, tree);
    return readFileSync(join(work, 'part.tar'));
  };
  const base = archive(`mkdir -p tmp usr/share etc gone/inner opaque/inside plain/sub
    touch etc/passwd gone/inner/x opaque/inside/x; chmod 1777 tmp; chown 7:8 usr; chmod 2751 usr/share; chmod 700 opaque; chmod 701 plain
    setfattr -n user.colour -v blue usr/share; setfacl -d -m u:1234:rwx tmp; chmod 711 .; chmod 750 opaque/inside
    find . -exec touch -h -d '2020-02-03 04:05:06.789012345 UTC' {} +; ${ARCHIVE} >../part.tar`);
  const archives = [
    base,
    // A file, a whiteout, an opaque mark, and what takes the place of something hidden; not one directory of them.
    archive(`touch tmp/x usr/share/y; mkdir -p new/below; touch new/below/z etc/.wh.passwd opaque/.wh..wh..opq .wh.gone
      tar --format=pax -cf ../part.tar tmp/x usr/share/y new/below/z etc/.wh.passwd opaque/.wh..wh..opq .wh.gone`),
    archive(`mkdir -p gone/inner plain/sub; touch gone/inner/again plain/sub/w usr/share/v opaque/inside/u
      chmod 705 plain; touch -d '2021-01-01 UTC' plain
      tar --format=pax -cf ../part.tar gone/inner/again plain/sub/w usr/share/v opaque/inside/u
      tar --format=pax --no-recursion -rf ../part.tar plain`),
  ];
  const layout = layoutOf('listed-image', archives);
  // What no layer lists has the time at which somebody made it; umoci and podman also leave their own where they took something away.
  const unlisted = ['.', './new', './new/below', './gone', './gone/inner', './opaque', './opaque/inside'];
  const timeless = (lines: string[]) =>
    lines.map((line) =>
      unlisted.includes(line.split(' ')[0] ?? '') ? line.replace(/ mtime=\S+/, '') : line,
    );
  const [mine, asUmoci, asVfs] = await Promise.all([
    ours(layout, archives),
    umoci(layout),
    podman(layout, 'vfs'),
  ]);
  expect(timeless(mine)).toEqual(timeless(asUmoci));
  // podman leaves its own time wherever it made something.
  const asPodmanSees = (lines: string[]) =>
    lines.map((line) => asPodmanKeeps(line.replace(/^(\S+ 4\d{4} \S+) mtime=\S+/, '$1')));
  expect(asPodmanSees(mine)).toEqual(asPodmanSees(asVfs));

  // They go with their image.
  const parents = join(agent.folder, 'root/parents');
  const ids = readdirSync(parents);
  expect(ids.length).toBeGreaterThan(0);
  for (const id of ids) await agent.ok(['rmi', id]);
  expect(readdirSync(parents)).toEqual([]);
});
