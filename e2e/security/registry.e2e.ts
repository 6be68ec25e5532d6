/**
 * Pulls from registries that want what is not theirs: a password for another host, a request to this host or its cloud, more memory
 * than a document needs, a path out of the store. Through the agent; the client alone is tried in e2e/registry.
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { eventually, run, TestAgent } from '../harness/agent.ts';
import { apiOf } from '../harness/api.ts';
import { type Certificate, makeCertificate } from '../harness/certificate.ts';
import { type Call, HostileRegistry } from '../harness/hostile-registry.ts';
import { digestOf, document, makeImage, OCI_MANIFEST } from '../harness/image-fixture.ts';

/** Of the sandbox, and by its look another machine's. */
const ABROAD = '10.99.0.2';
const USER = { username: 'alice', password: 'correct horse' };
const BASIC = `Basic ${Buffer.from('alice:correct horse').toString('base64')}`;
const IMAGE = makeImage([Buffer.alloc(1024)]);
const folder = mkdtempSync(join(tmpdir(), 'registry-security-'));
let agent: TestAgent;
let certificate: Certificate;
/** With TLS on this host; without, elsewhere; without, on this host: what nobody should be led to. */
let secure: HostileRegistry;
let abroad: HostileRegistry;
let victim: HostileRegistry;
const all = () => [secure, abroad, victim];

beforeAll(async () => {
  await run('busybox', ['ip', 'address', 'add', `${ABROAD}/32`, 'dev', 'lo']);
  certificate = await makeCertificate(folder);
  agent = await TestAgent.start();
  secure = await HostileRegistry.start({ tls: certificate });
  abroad = await HostileRegistry.start({ address: ABROAD });
  victim = await HostileRegistry.start();
  const settings = [
    `[registry."${secure.host}"]\nca = "${certificate.certificateFile}"`,
    `[registry."${abroad.host}"]\ninsecure = true`,
    `[registry."mirrored.lan"]\nmirrors = ["${abroad.host}"]`,
  ];
  writeFileSync(join(agent.folder, 'root', 'registries.toml'), settings.join('\n'));
  for (const registry of all()) registry.add('app', IMAGE);
  const api = apiOf(agent);
  for (const { host } of [secure, abroad]) {
    await api.mutate('registries.login', { registry: host, ...USER, store: true });
  }
});
afterEach(() => {
  for (const registry of all()) {
    registry.fault = () => false;
    registry.calls.length = 0;
  }
});
afterAll(async () => {
  await agent.stop();
  for (const registry of all()) await registry[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true });
});

/** What `box pull` says on stderr when it fails, which it must. */
async function refusal(name: string): Promise<string> {
  const { code, stderr } = await agent.box(['pull', name]);
  expect(code).toBe(125);
  return stderr;
}
const authorizations = ({ calls }: HostileRegistry) =>
  calls.flatMap(({ headers }) => headers.authorization ?? []);
/** Asks for a password, then sends those who gave it elsewhere. */
const redirect =
  (to: (call: Call) => string | undefined): HostileRegistry['fault'] =>
  (call, response) => {
    const location = to(call);
    if (!call.headers.authorization) response.writeHead(401, { 'www-authenticate': 'Basic realm="x"' }).end();
    else if (location) response.writeHead(307, { location }).end();
    else return false;
    return true;
  };

test('a password goes to its host alone, whereto the registry may send us', async () => {
  await using other = await HostileRegistry.start({ address: ABROAD });
  other.add('app', IMAGE);
  abroad.fault = redirect(({ path }) => `http://${other.host}${path}`);
  await agent.ok(['pull', `${abroad.host}/app`]);
  expect(new Set(authorizations(abroad))).toEqual(new Set([BASIC]));
  expect([other.count('manifest'), authorizations(other)]).toEqual([1, []]);
});

test.each(['manifest', 'blob'] as const)(
  'a %s on this host or its cloud is not fetched for a registry elsewhere',
  async (kind) => {
    const { port } = new URL(`http://${victim.host}`);
    const other = makeImage([Buffer.alloc(2048)], { config: { Cmd: [kind] } });
    const name = abroad.add(`cloud-${kind}`, other);
    for (const host of ['127.0.0.1', 'localhost', '169.254.169.254', '[::ffff:7f00:1]']) {
      abroad.fault = redirect((call) =>
        call.kind === kind ? `http://${host}:${port}${call.path}` : undefined,
      );
      expect(await refusal(name)).toContain('an address of this host or its cloud');
    }
    expect(victim.calls).toEqual([]);
  },
);

test('a server for tokens without TLS is not asked for a registry with it, nor one on this host for one elsewhere', async () => {
  const challenge = { 'www-authenticate': `Bearer realm="http://${victim.host}/token"` };
  secure.fault = abroad.fault = (_, response) => response.writeHead(401, challenge).end() && true;
  expect(await refusal(`${secure.host}/app`)).toContain('without TLS');
  expect(await refusal(`${abroad.host}/app`)).toContain('an address of this host or its cloud');
  expect(victim.calls).toEqual([]);
});

test('no TLS is no TLS: neither a redirect nor a missing line in the settings leads to plain HTTP', async () => {
  secure.fault = (call, response) =>
    response.writeHead(302, { location: `http://${victim.host}${call.path}` }).end() && true;
  expect(await refusal(`${secure.host}/app`)).toContain('without TLS');
  expect(await refusal(`${victim.host}/app`)).toContain('it speaks no TLS');
  expect(victim.calls).toEqual([]);
});

test('a mirror is not told the password of the registry it stands for', async () => {
  const credential = { username: 'bob', password: 'for mirrored.lan' };
  await apiOf(agent).mutate('registries.logout', { registry: abroad.host });
  abroad.fault = (call, response) =>
    !call.headers.authorization && response.writeHead(401, { 'www-authenticate': 'Basic' }).end() && true;
  const { id } = await apiOf(agent).mutate('images.pull', { image: 'mirrored.lan/app', credential });
  const notes = await eventually(async () => {
    const task = (await apiOf(agent).query('tasks.list', undefined)).find((one) => one.id === id);
    return task?.notes.length ? task.notes : undefined;
  }, 'the mirror is left');
  expect(notes[0]).toContain(`mirror ${abroad.host}: ${abroad.host} wants a user name`);
  expect(authorizations(abroad)).toEqual([]);
});

const config = {
  mediaType: 'application/vnd.oci.image.config.v1+json',
  digest: digestOf(Buffer.from('{}')),
  size: 2,
};
const layer = { mediaType: 'application/vnd.oci.image.layer.v1.tar', digest: config.digest, size: 2 };
const manifest = (more: object) =>
  document(OCI_MANIFEST, { schemaVersion: 2, mediaType: OCI_MANIFEST, config, layers: [layer], ...more });
test.each([
  [
    'a digest that leads out of the store',
    manifest({ layers: [{ ...layer, digest: 'sha256:../../../../tmp/owned' }] }),
    'is no digest',
  ],
  [
    'a config whose digest is a path',
    manifest({ config: { ...config, digest: '../../db.sqlite' } }),
    'is no digest',
  ],
  ['a document that is an index and a manifest', manifest({ manifests: [layer] }), 'at once'],
  [
    'a document nested a hundred thousand deep',
    { ...manifest({}), bytes: Buffer.from('['.repeat(100_000)) },
    'no JSON',
  ],
])('%s is refused and leaves nothing', async (_, bad, words) => {
  abroad.addManifest('bad', { ...bad, digest: digestOf(bad.bytes) });
  const blobs = () =>
    readdirSync(join(agent.folder, 'root'), { recursive: true }).filter((path) =>
      /[0-9a-f]{64}/.test(String(path)),
    );
  const before = blobs();
  expect(await refusal(`${abroad.host}/bad`)).toContain(words);
  expect(blobs()).toEqual(before);
});

test('a manifest without an end costs neither time nor memory', async () => {
  const rss = () =>
    Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${agent.pid}/status`, 'utf8'))?.[1]) / 1024;
  abroad.fault = (call, response) => {
    if (call.kind !== 'manifest') return false;
    response.writeHead(200, { 'content-type': OCI_MANIFEST });
    const more = () => {
      while (!response.destroyed && response.write(Buffer.alloc(65_536, ' ')));
    };
    response.on('drain', more);
    more();
    return true;
  };
  const before = rss();
  expect(await refusal(`${abroad.host}/app`)).toContain('sends more than');
  expect(rss() - before).toBeLessThan(64);
});

test('passwords are in no log, no task, no event and no audit', async () => {
  const api = apiOf(agent);
  const told = JSON.stringify(
    await Promise.all([api.query('tasks.list', undefined), api.query('access.audit', {})]),
  );
  const events = await agent.ok(['events', '--since', '1h', '--until', '0s', '--format', 'json']);
  for (const text of [told, events, agent.log]) {
    expect(text).not.toMatch(/correct horse|for mirrored|Basic [A-Za-z0-9]|Y29ycmVjdC/);
  }
  expect(told).toContain(`registry=${abroad.host}`);
});
