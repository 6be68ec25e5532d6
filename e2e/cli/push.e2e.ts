/** box push, and whole ways round with Debian's registry, skopeo and podman. */
import { createHash, randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { craftArchive } from '../../packages/storage/src/tar/craft.ts';
import { debianLayout } from '../fixtures/debian-layout.ts';
import { run, TestAgent } from '../harness/agent.ts';
import { makeImage, writeLayout } from '../harness/image-fixture.ts';
import { TestRegistry } from '../harness/registry.ts';
import { REGISTRY_PASSWORD, REGISTRY_USER } from '../harness/token-server.ts';

let agent: TestAgent;
let open: TestRegistry;
let passwords: TestRegistry;
let tokens: TestRegistry;
beforeAll(async () => {
  [agent, open, passwords, tokens] = await Promise.all([
    TestAgent.start(),
    TestRegistry.start(),
    TestRegistry.start({ auth: 'htpasswd' }),
    TestRegistry.start({ auth: 'token' }),
  ]);
  const tables = [open, passwords, tokens].map(({ host }) => `[registry."${host}"]\ninsecure = true\n`);
  writeFileSync(join(agent.folder, 'root', 'registries.toml'), tables.join(''));
}, 400_000);
afterAll(() =>
  Promise.all([agent.stop(), ...[open, passwords, tokens].map((each) => each[Symbol.asyncDispose]())]),
);

/** Docker's configuration of somebody who is signed in, as an environment. */
function signedIn(...registries: TestRegistry[]): { env: NodeJS.ProcessEnv } {
  const folder = join(agent.folder, `docker-${registries.length}`);
  const auth = Buffer.from(`${REGISTRY_USER}:${REGISTRY_PASSWORD}`).toString('base64');
  mkdirSync(folder, { recursive: true });
  const auths = Object.fromEntries(registries.map(({ host }) => [host, { auth }]));
  writeFileSync(join(folder, 'config.json'), JSON.stringify({ auths }));
  return { env: { DOCKER_CONFIG: folder } };
}

/** The digest by which a registry has a name: of the very bytes of its manifest. */
async function digestIn(registry: TestRegistry, name: string): Promise<string> {
  const { username, password } = registry.credential ?? {};
  const credentials = username ? ['--creds', `${username}:${password}`] : [];
  const address = `docker://${registry.name(name)}`;
  const { stdout } = await run('skopeo', ['inspect', '--raw', '--tls-verify=false', ...credentials, address]);
  return `sha256:${createHash('sha256').update(stdout).digest('hex')}`;
}

/** How many requests of a method a registry answered that carried bytes of a blob. */
function uploads({ log }: TestRegistry, repository: string, method: 'PATCH' | 'PUT'): number {
  const lines = log.split('\n').filter((line) => line.includes('msg="response completed"'));
  const place = `http.request.uri="/v2/${repository}/blobs/uploads/`;
  return lines.filter((line) => line.includes(place) && line.includes(`http.request.method=${method} `))
    .length;
}

/** A storage of podman's own in memory: deleting it from a disk takes longer than the pull. */
async function podmanStorage() {
  const folder = join(agent.folder, 'podman');
  mkdirSync(folder);
  expect(await run('mount', ['-t', 'tmpfs', 'podman', folder])).toMatchObject({ code: 0 });
  const storage = ['--root', join(folder, 'root'), '--runroot', join(folder, 'run')];
  return {
    run: (...args: string[]) => run('podman', [...storage, '--storage-driver', 'overlay', ...args]),
    // Podman leaves mounts of its own below it.
    [Symbol.asyncDispose]: async () => void (await run('umount', ['--lazy', '--recursive', folder])),
  };
}

test('a Debian that skopeo pushed is pulled, run, committed and goes back; skopeo and podman get the same digests', async () => {
  const layout = join(agent.folder, 'debian');
  const digest = await debianLayout(layout);
  const debian = open.name('debian:bookworm');
  await open.pushWithSkopeo(`oci:${layout}:latest`, 'debian:bookworm');
  expect(await agent.ok(['pull', debian])).toContain(`Digest: ${digest}\n`);
  expect(await agent.ok(['run', '--rm', debian, 'dpkg', '-l'])).toMatch(/^ii +bash/m);

  const copy = open.name('copies/debian:mine');
  const pushed = await agent.ok(['push', debian, copy]);
  expect(pushed).toContain(`${copy}: digest: ${digest}`);
  // The registry has the blobs in another repository: none was sent.
  expect(pushed).toContain('taken from another repository');
  expect(uploads(open, 'copies/debian', 'PUT')).toBe(0);
  expect(await digestIn(open, 'copies/debian:mine')).toBe(digest);

  await agent.ok(['run', '--name', 'work', debian, 'sh', '-c', 'echo made here > /srv/made']);
  const made = open.name('made:v1');
  await agent.ok(['commit', 'work', made]);
  const [, madeDigest = ''] = /digest: (\S+)/.exec(await agent.ok(['push', made])) ?? [];
  // Its own layer and configuration: Debian's layer is the one that came.
  expect(uploads(open, 'made', 'PUT')).toBe(2);
  const folder = join(agent.folder, 'made');
  await open.pullWithSkopeo('made:v1', `dir:${folder}`);
  const manifest = readFileSync(join(folder, 'manifest.json'));
  expect(`sha256:${createHash('sha256').update(manifest).digest('hex')}`).toBe(madeDigest);

  await using podman = await podmanStorage();
  expect(await podman.run('pull', '-q', '--tls-verify=false', made)).toMatchObject({ code: 0 });
  const { stdout } = await podman.run('image', 'inspect', '--format', '{{.Digest}}', made);
  expect(stdout.trim()).toBe(madeDigest);
}, 120_000);

test('an image of our own is pushed once: the second time the registry has everything', async () => {
  const name = open.name('own/busybox');
  const first = await agent.ok(['push', 'busybox', name]);
  const [, digest = ''] = /digest: (sha256:\w{64})$/.exec(first) ?? [];
  expect(first).toContain(': done');
  expect(uploads(open, 'own/busybox', 'PUT')).toBe(2);
  const second = await agent.ok(['push', 'busybox', name]);
  expect(second.match(/: already there/g)).toHaveLength(2);
  expect(second).toContain(digest);
  expect(uploads(open, 'own/busybox', 'PUT')).toBe(2);
  expect(await digestIn(open, 'own/busybox')).toBe(digest);
  expect(await agent.ok(['push', '-q', 'busybox', name])).toBe(digest);
  // It is known by that digest from now on.
  expect(await agent.ok(['inspect', '--format', '{{.Id}}', `${name}@${digest}`])).not.toBe('');
});

test('in pieces, when asked', async () => {
  const noise = randomBytes(300_000);
  const layout = join(agent.folder, 'noise');
  const image = makeImage([craftArchive({ path: 'noise', data: noise })]);
  writeLayout(layout, image);
  await open.pushWithSkopeo(`oci:${layout}:latest`, 'noise');
  await agent.ok(['pull', open.name('noise')]);
  const said = await agent.ok(
    ['push', '--chunk-size', '64k', open.name('noise'), passwords.name('noise')],
    signedIn(passwords),
  );
  expect(said).toContain(image.manifest.digest);
  expect(uploads(passwords, 'noise', 'PATCH')).toBeGreaterThan(4);
  expect(await digestIn(passwords, 'noise')).toBe(image.manifest.digest);
});

test.each([
  ['passwords', () => passwords],
  ['tokens', () => tokens],
])(
  'a registry with %s takes what somebody signed in sends, and nothing from others',
  async (_, registryOf) => {
    const registry = registryOf();
    const name = registry.name('team/app:v1');
    await agent.ok(['tag', 'busybox', name]);
    const refused = await agent.box(['push', name], { env: { DOCKER_CONFIG: join(agent.folder, 'nobody') } });
    expect(refused.code).toBe(125);
    expect(refused.stderr).toContain(`box login ${registry.host}`);
    expect(refused.stderr).not.toContain(REGISTRY_PASSWORD);

    const mine = signedIn(registry);
    const [, digest] = /digest: (\S+)/.exec(await agent.ok(['push', name], mine)) ?? [];
    await agent.ok(['rmi', name]);
    const other = await agent.box(['pull', name], { env: { DOCKER_CONFIG: join(agent.folder, 'nobody') } });
    expect(other.stderr).toContain(`box login ${registry.host}`);
    expect(await agent.ok(['pull', name], mine)).toContain(`Digest: ${digest}`);
  },
);

test('--all-tags pushes every name of the repository', async () => {
  for (const tag of ['a', 'b']) await agent.ok(['tag', 'busybox', open.name(`many:${tag}`)]);
  const said = await agent.ok(['push', '--all-tags', open.name('many')]);
  expect(said).toContain(`${open.name('many:a')}: digest: `);
  expect(await digestIn(open, 'many:b')).toBe(await digestIn(open, 'many:a'));
});

test('what has no name for a registry asks for one', async () => {
  const id = await agent.ok(['images', '-q', 'busybox']);
  const { code, stderr } = await agent.box(['push', id]);
  expect([code, stderr]).toEqual([
    125,
    expect.stringContaining(`box push ${id} registry.example.com/name:tag`),
  ]);
});
