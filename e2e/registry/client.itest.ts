/** The client against Debian's docker-registry: what it pushes is what skopeo pulls, and the other way round. */
import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { afterAll, expect, test } from 'vitest';
import { digestOf, makeImage, writeLayout } from '../harness/image-fixture.ts';
import { TestRegistry } from '../harness/registry.ts';
import { IDENTITY_TOKEN } from '../harness/token-server.ts';
import { clientOf, reference, table } from './client.ts';

const folder = mkdtempSync(join(tmpdir(), 'client-'));
afterAll(() => rmSync(folder, { recursive: true }));
/** Two layers, one of them larger than a socket's buffer. */
const IMAGE = makeImage([Buffer.alloc(1024), randomBytes(3_000_000)]);
writeLayout(join(folder, 'image'), IMAGE);

const clientFor = (registry: TestRegistry, line = 'insecure = true') => clientOf(table(registry.host, line));

test.each([undefined, 'htpasswd', 'token'] as const)(
  'an image that skopeo pushed is read, and pushed again without a change (%s)',
  async (auth) => {
    await using registry = await TestRegistry.start({ auth });
    await using client = clientFor(registry);
    const { credential } = registry;
    await registry.pushWithSkopeo(`oci:${folder}/image:latest`, 'team/app:1');
    const from = reference(registry.name('team/app:1'));
    const remote = await client.resolve(from, { credential });
    expect([remote.digest, remote.manifest.bytes]).toEqual([IMAGE.manifest.digest, IMAGE.manifest.bytes]);
    const to = reference(registry.name('other/app:2'));
    for (const blob of [remote.config, ...remote.layers]) {
      const bytes = await buffer(client.blob(from, blob, { credential }));
      expect(digestOf(bytes)).toBe(blob.digest);
      const open = async function* (at: number) {
        yield bytes.subarray(at);
      };
      const mounted = { open, credential, mountFrom: 'team/app' };
      expect(await client.pushBlob(to, blob, mounted)).toBe('mounted');
      expect(await client.pushBlob(to, blob, mounted)).toBe('exists');
      const third = reference(registry.name('third/app:3'));
      const chunkBytes = blob.size > 1_000_000 ? 1_000_000 : undefined;
      expect(await client.pushBlob(third, blob, { open, credential, chunkBytes })).toBe('uploaded');
    }
    for (const name of ['other/app:2', 'third/app:3']) {
      expect(await client.putManifest(reference(registry.name(name)), remote.manifest, { credential })).toBe(
        remote.digest,
      );
      const out = name.replace(/\W/g, '-') + auth;
      await registry.pullWithSkopeo(name, `oci:${folder}/${out}:latest`);
      expect(readFileSync(join(folder, out, 'index.json'), 'utf8')).toContain(remote.digest);
    }
  },
);

test('a wrong password is refused at login and at a pull; the right one is taken', async () => {
  for (const auth of ['htpasswd', 'token'] as const) {
    await using registry = await TestRegistry.start({ auth });
    await using client = clientFor(registry);
    const wrong = { username: 'alice', password: 'wrong' };
    await expect(client.check(registry.host, wrong)).rejects.toMatchObject({ code: 'PERMISSION_DENIED' });
    await client.check(registry.host, registry.credential ?? wrong);
    const name = reference(registry.name('team/app'));
    for (const credential of [undefined, wrong]) {
      const refused = { code: 'UNAUTHENTICATED', hint: `box login ${registry.host}` };
      await expect(client.resolve(name, { credential })).rejects.toMatchObject(refused);
    }
  }
});

test('tokens: anonymous for what is public, by identity token, one question for many blobs, a new one when it is over', async () => {
  await using registry = await TestRegistry.start({ auth: 'token' });
  await using client = clientFor(registry);
  await registry.pushWithSkopeo(`oci:${folder}/image:latest`, 'public/app:1');
  const questions = registry.tokens?.requests ?? [];
  questions.length = 0;
  const name = reference(registry.name('public/app:1'));
  const { layers } = await client.resolve(name);
  await Promise.all(layers.map((layer) => buffer(client.blob(name, layer))));
  expect(questions).toEqual([
    expect.objectContaining({ user: null, scopes: ['repository:public/app:pull'] }),
  ]);
  await client.resolve(name, { credential: { identityToken: IDENTITY_TOKEN } });
  expect(questions[1]).toMatchObject({ method: 'POST', user: 'alice' });
});

test('TLS: an unknown authority is refused with the line to write, a configured one is trusted, insecure trusts anybody', async () => {
  await using registry = await TestRegistry.start({ tls: true });
  await registry.pushWithSkopeo(`oci:${folder}/image:latest`, 'team/app:1');
  const name = reference(registry.name('team/app:1'));
  await using strict = clientFor(registry, '');
  await expect(strict.resolve(name)).rejects.toMatchObject({
    code: 'UNAVAILABLE',
    message: expect.stringContaining('TLS with'),
    hint: expect.stringContaining(`[registry."${registry.host}"]`),
  });
  await using trusting = clientFor(registry, `ca = "${registry.certificate?.certificateFile}"`);
  expect((await trusting.resolve(name)).digest).toBe(IMAGE.manifest.digest);
  await using blind = clientFor(registry);
  expect((await blind.resolve(name)).digest).toBe(IMAGE.manifest.digest);
});

test('plain HTTP is spoken by configuration only', async () => {
  await using registry = await TestRegistry.start();
  await using client = clientFor(registry, '');
  await expect(client.resolve(reference(registry.name('team/app')))).rejects.toMatchObject({
    code: 'UNAVAILABLE',
    message: expect.stringContaining('plain HTTP'),
  });
});
