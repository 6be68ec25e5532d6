/** Images as archives, both ways: what box saves, skopeo and podman load, and what they save, box loads; digests stay. */
import { execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ImageView } from '@boxyard/api';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { craftArchive } from '../../packages/storage/src/tar/craft.ts';
import { RandomLayers } from '../fixtures/random-layers.ts';
import { BOX, run, TestAgent } from '../harness/agent.ts';
import { apiOf } from '../harness/api.ts';
import {
  descriptorOf,
  document,
  type ImageFixture,
  makeImage,
  makeIndex,
  OCI_INDEX,
  OCI_MANIFEST,
  writeLayout,
} from '../harness/image-fixture.ts';
import { Terminal } from '../harness/terminal.ts';

let work: string;
let agent: TestAgent;
/** One without these images. */
let other: TestAgent;
/** Five layers that replace and hide what is below them. */
let five: ImageFixture;
let layout: string;
beforeAll(async () => {
  work = mkdtempSync(join(tmpdir(), 'archives-'));
  [agent, other] = await Promise.all([TestAgent.start(), TestAgent.start()]);
  const random = new RandomLayers(4);
  five = makeImage(Array.from({ length: 5 }, () => random.next(30)));
  layout = join(work, 'layout');
  writeLayout(layout, five, 'five:v1');
  expect(await agent.ok(['load', '-q', layout])).toBe('five:v1');
});
afterAll(async () => {
  expect(await other.leaks()).toEqual([]);
  await Promise.all([agent.stop(), other.stop()]);
  rmSync(work, { recursive: true, force: true });
});

const hex = (digest: string) => digest.replace('sha256:', '');
const configOf = (image: ImageFixture) => JSON.parse(image.manifest.bytes.toString()).config.digest as string;

/** A tool of others, in the folder of this test. */
async function tool(program: string, ...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await run(program, args, { cwd: work });
  if (code !== 0) throw new Error(`${program} ${args.join(' ')} → ${code}: ${stderr}`);
  return stdout.trim();
}
const podman = (...args: string[]) =>
  tool(
    'podman',
    '--root',
    join(work, 'podman'),
    '--runroot',
    join(work, 'podman-run'),
    '--storage-driver',
    'vfs',
    ...args,
  );

async function saved(...args: string[]): Promise<string> {
  const file = join(work, `${args.join('-').replace(/\W+/g, '-')}.tar`);
  expect(await agent.ok(['save', '-o', file, ...args])).toBe('');
  return file;
}

/** What an agent that has no such image takes in; it forgets it again. */
async function loadedElsewhere(...sources: string[]): Promise<ImageView[]> {
  for (const source of sources) await other.ok(['load', '-i', source]);
  const images = (await apiOf(other).query('images.list', undefined)).filter(
    ({ tags }) => !tags.includes('busybox:latest'),
  );
  await other.ok(['rmi', '-f', ...images.map(({ id }) => id)]);
  return images;
}

test('an image layout in a directory keeps its digests', async () => {
  const image = await apiOf(agent).query('images.inspect', { image: 'five:v1' });
  expect(`sha256:${image.manifest}`).toBe(five.manifest.digest);
  expect(`sha256:${image.id}`).toBe(configOf(five));
  expect(image.layers).toHaveLength(5);
});

test('a docker-archive is the same image to skopeo and podman, and back', async () => {
  const archive = await saved('five:v1', 'busybox');
  const busybox = await apiOf(agent).query('images.inspect', { image: 'busybox' });
  await tool('skopeo', 'copy', '-q', `docker-archive:${archive}:five:v1`, 'dir:from-docker');
  const manifest = JSON.parse(readFileSync(join(work, 'from-docker/manifest.json'), 'utf8'));
  expect(manifest.config.digest).toBe(configOf(five));

  const loaded = await podman('load', '-q', '-i', archive);
  expect(loaded).toContain('docker.io/library/five:v1');
  expect(await podman('image', 'inspect', '--format', '{{.Id}}', 'five:v1')).toBe(hex(configOf(five)));
  expect(await podman('image', 'inspect', '--format', '{{.Id}}', 'busybox')).toBe(busybox.id);

  await podman('save', '-q', '-m', '-o', 'podman.tar', 'five:v1');
  const [again] = await loadedElsewhere(join(work, 'podman.tar'));
  // podman writes an OCI config anew in Docker's form: the layers are the same.
  const { layers } = await apiOf(agent).query('images.inspect', { image: 'five:v1' });
  expect(again).toMatchObject({ layers, tags: ['five:v1'] });
  await tool(
    'skopeo',
    'copy',
    '-q',
    `oci:${layout}:five:v1`,
    'docker-archive:skopeo.tar:docker.io/library/six:v2',
  );
  const [six] = await loadedElsewhere(join(work, 'skopeo.tar'));
  expect(six).toMatchObject({ id: hex(configOf(five)), tags: ['six:v2'] });
});

test('an OCI archive keeps the digest of the manifest through skopeo and podman, and back', async () => {
  const archive = await saved('--format', 'oci', 'five:v1');
  await tool('skopeo', 'copy', '-q', `oci-archive:${archive}`, 'dir:from-oci');
  expect(readFileSync(join(work, 'from-oci/manifest.json'))).toEqual(five.manifest.bytes);
  await podman('rmi', '-fa');
  expect(await podman('load', '-q', '-i', archive)).toContain('docker.io/library/five:v1');

  await tool(
    'skopeo',
    'copy',
    '-q',
    '--preserve-digests',
    'dir:from-oci',
    'oci-archive:skopeo-oci.tar:five:v1',
  );
  await podman('save', '-q', '--format', 'oci-archive', '-o', 'podman-oci.tar', 'five:v1');
  for (const source of [archive, join(work, 'skopeo-oci.tar')]) {
    const [image] = await loadedElsewhere(source);
    expect(image).toMatchObject({ manifest: hex(five.manifest.digest), tags: ['five:v1'] });
  }
  // podman compresses anew, so it has a manifest of its own.
  const [image] = await loadedElsewhere(join(work, 'podman-oci.tar'));
  expect(image).toMatchObject({ id: hex(configOf(five)), tags: ['five:v1'] });
});

test('an image of a registry keeps its manifest when it comes again as a docker-archive', async () => {
  const [image] = await loadedElsewhere(layout, await saved('five:v1'));
  expect(image).toMatchObject({ manifest: hex(five.manifest.digest), tags: ['five:v1'] });
});

test('the same images give the same bytes, each layer once', async () => {
  await agent.ok(['tag', 'five:v1', 'five:again']);
  for (const format of ['docker', 'oci']) {
    const first = execFileSync(BOX, ['save', '--format', format, 'five:v1', 'five:again'], {
      env: agent.env,
      maxBuffer: 2 ** 28,
    });
    const second = execFileSync(BOX, ['save', '--format', format, 'five:again', 'five:v1'], {
      env: agent.env,
      maxBuffer: 2 ** 28,
    });
    expect(first.equals(second)).toBe(true);
    writeFileSync(join(work, 'twice.tar'), first);
    const names = (await tool('tar', 'tf', 'twice.tar')).split('\n');
    expect(names).toHaveLength(format === 'docker' ? 2 + 5 : 4 + 5);
    expect(new Set(names).size).toBe(names.length);
  }
  await agent.ok(['rmi', 'five:again']);
});

test('an image that is asked for by its id goes without a name', async () => {
  const archive = await saved(hex(configOf(five)));
  expect(await other.ok(['load', '-i', archive])).toBe(`Loaded image ID: ${configOf(five)}`);
  await other.ok(['rmi', hex(configOf(five))]);
});

test('archives are taken compressed, from stdin, and unpacked in a directory', async () => {
  const archive = await saved('five:v1');
  for (const [program, ...args] of [
    ['gzip', '-c'],
    ['zstd', '-qc'],
    ['xz', '-0c'],
  ] as const) {
    const input = execFileSync(program, [...args, archive], { maxBuffer: 2 ** 28 });
    expect(await agent.ok(['load'], { input })).toBe('Loaded image: five:v1');
  }
  mkdirSync(join(work, 'unpacked'));
  await tool('tar', 'xf', archive, '-C', 'unpacked');
  // The layout of older versions of Docker and of skopeo: a link for a layer that another image has as well.
  const [layer] = readdirSync(join(work, 'unpacked')).filter((name) => name.endsWith('.tar'));
  await tool('sh', '-c', `cd unpacked && mkdir sub && mv ${layer} sub/real && ln -s sub/real ${layer}`);
  expect(await agent.ok(['load', join(work, 'unpacked')])).toBe('Loaded image: five:v1');
});

test('what buildx writes: an index of platforms with attestations beside the images', async () => {
  const folder = join(work, 'buildx');
  const here = process.arch === 'arm64' ? 'arm64' : 'amd64';
  const elsewhere = here === 'amd64' ? 'arm64' : 'amd64';
  writeLayout(folder, five);
  const attestation = document(OCI_MANIFEST, {
    schemaVersion: 2,
    mediaType: OCI_MANIFEST,
    config: {},
    layers: [],
  });
  const foreign = makeImage([craftArchive({ path: 'other' })], { architecture: elsewhere });
  const index = JSON.parse(
    makeIndex({ [`linux/${elsewhere}`]: foreign, [`linux/${here}`]: five }).bytes.toString(),
  );
  index.manifests.push({
    ...descriptorOf(attestation),
    platform: { os: 'unknown', architecture: 'unknown' },
    annotations: { 'vnd.docker.reference.type': 'attestation-manifest' },
  });
  const nested = document(OCI_INDEX, index);
  writeFileSync(join(folder, 'blobs/sha256', hex(nested.digest)), nested.bytes);
  const top = {
    ...descriptorOf(nested),
    annotations: {
      'io.containerd.image.name': 'docker.io/library/built:1',
      'org.opencontainers.image.ref.name': '1',
    },
  };
  writeFileSync(
    join(folder, 'index.json'),
    JSON.stringify({ schemaVersion: 2, mediaType: OCI_INDEX, manifests: [top] }),
  );
  expect(await agent.ok(['load', folder])).toBe('Loaded image: built:1');
  expect((await apiOf(agent).query('images.inspect', { image: 'built:1' })).id).toBe(hex(configOf(five)));

  await agent.ok(['rmi', 'built:1']);
  writeFileSync(
    join(folder, 'index.json'),
    JSON.stringify({
      schemaVersion: 2,
      manifests: [descriptorOf(makeIndex({ [`linux/${elsewhere}`]: foreign }))],
    }),
  );
  const only = makeIndex({ [`linux/${elsewhere}`]: foreign });
  writeFileSync(join(folder, 'blobs/sha256', hex(only.digest)), only.bytes);
  const { code, stderr } = await agent.box(['load', folder]);
  expect(code).not.toBe(0);
  expect(stderr).toContain(`has no image for linux/${here}`);
});

test('a save that fails leaves no file, and none goes to a terminal', async () => {
  const file = join(work, 'never.tar');
  expect((await agent.box(['save', '-o', file, 'five:v1', 'nobody'])).stderr).toContain('nobody');
  expect(existsSync(file)).toBe(false);
  await other.ok(['load', layout]);
  const [{ digest = '' } = {}] = JSON.parse(five.manifest.bytes.toString()).layers as { digest?: string }[];
  const blob = join(other.folder, 'root/blobs/sha256', hex(digest));
  const bytes = readFileSync(blob);
  bytes.writeUInt8(bytes.readUInt8(bytes.length >> 1) ^ 1, bytes.length >> 1);
  writeFileSync(blob, bytes);
  for (const format of ['docker', 'oci']) {
    const failed = await other.box(['save', '--format', format, '-o', file, 'five:v1']);
    expect(failed.code).not.toBe(0);
    expect(readdirSync(work).filter((name) => name.includes('never'))).toEqual([]);
  }
  await other.ok(['rmi', 'five:v1']);
  await using terminal = new Terminal(BOX, ['save', 'busybox'], { env: agent.env });
  expect(await terminal.exited).not.toBe(0);
  expect(terminal.output).toContain('an archive is not for a terminal');
});

test("inspect knows Docker's words in templates", async () => {
  const format =
    '{{index .RepoTags 0}} {{.Os}}/{{.Architecture}} {{.Created}} {{len .RootFS.Layers}} {{.Config.Cmd}} [{{.Config.WorkingDir}}]';
  const line = await agent.ok(['inspect', '--format', format, 'five:v1']);
  expect(line).toBe(
    `five:v1 linux/${process.arch === 'arm64' ? 'arm64' : 'amd64'} 2024-05-06T07:08:09.000Z 5 [/bin/sh] []`,
  );
  expect(await agent.ok(['image', 'inspect', '--format', '{{.Id}} {{.ID}}', 'five:v1'])).toBe(
    `${hex(configOf(five))} ${hex(configOf(five))}`,
  );
});

test('the files of a layer are told by directory, what it deletes among them', async () => {
  const archives = [
    craftArchive(
      { path: 'etc', type: 'directory', mode: 0o755 },
      { path: 'etc/old', data: 'x' },
      { path: 'etc/gone' },
    ),
    craftArchive(
      { path: 'etc', type: 'directory', mode: 0o711 },
      { path: 'etc/.wh.gone' },
      { path: 'etc/deep', type: 'directory' },
      { path: 'etc/deep/file', data: 'deep', mode: 0o4755, uid: 7, gid: 8 },
      { path: 'etc/up', type: 'symlink', target: '../../../../etc/passwd' },
      { path: 'out', type: 'symlink', target: '/etc' },
    ),
  ];
  const folder = join(work, 'two');
  writeLayout(folder, makeImage(archives), 'two:v1');
  await agent.ok(['load', folder]);
  const api = apiOf(agent);
  const { layers } = await api.query('images.inspect', { image: 'two:v1' });
  const list = (path: string) =>
    api.query('images.layerFiles', { image: 'two:v1', diffId: layers[1] ?? '', path });
  expect((await list('/')).map(({ name, kind }) => `${name} ${kind}`)).toEqual([
    'etc directory',
    'out symlink',
  ]);
  expect(await list('/etc')).toEqual([
    { name: 'deep', kind: 'directory', bytes: 0, mode: 0o644, uid: 0, gid: 0 },
    expect.objectContaining({ name: 'gone', kind: 'whiteout' }),
    expect.objectContaining({ name: 'up', kind: 'symlink', target: '../../../../etc/passwd' }),
  ]);
  expect(await list('/etc/deep')).toEqual([
    { name: 'file', kind: 'file', bytes: 4, mode: 0o4755, uid: 7, gid: 8 },
  ]);
  // Links lead nowhere but into the layer.
  expect((await list('/out/')).map(({ name }) => name)).toEqual(['deep', 'gone', 'up']);
  expect((await list('/../../etc')).map(({ name }) => name)).toEqual(['deep', 'gone', 'up']);
  await expect(list('/nowhere')).rejects.toMatchObject({ code: 'NOT_FOUND' });
  await expect(list('/etc/up')).rejects.toMatchObject({ code: 'NOT_FOUND' });
});

test('history tells the steps, newest first, and details what each layer holds', async () => {
  const lines = (await agent.ok(['history', '--format', '{{.ID}} {{.CreatedBy}}', 'five:v1'])).split('\n');
  expect(lines).toEqual([
    `${hex(configOf(five)).slice(0, 12)} layer 4`,
    ...[3, 2, 1, 0].map((at) => `<missing> layer ${at}`),
  ]);
  const details = await apiOf(agent).query('images.details', { image: 'five:v1' });
  expect(details.layerDetails.map(({ digest }) => digest)).toEqual(
    JSON.parse(five.manifest.bytes.toString()).layers.map(({ digest }: { digest: string }) => digest),
  );
  expect(details.history.map(({ bytes }) => bytes)).toEqual(details.layerDetails.map(({ bytes }) => bytes));
  expect(details.documents.manifest).toEqual(JSON.parse(five.manifest.bytes.toString()));
});
