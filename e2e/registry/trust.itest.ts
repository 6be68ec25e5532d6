/** Who is told what: credentials, tokens, redirects, mirrors and proxies. */
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import type { TLSSocket } from 'node:tls';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { run } from '../harness/agent.ts';
import { type Certificate, makeCertificate } from '../harness/certificate.ts';
import { type Call, HostileRegistry } from '../harness/hostile-registry.ts';
import { makeImage } from '../harness/image-fixture.ts';
import { clientOf, plainClient, reference, table } from './client.ts';

const IMAGE = makeImage([Buffer.alloc(1024)]);
/** An address of the sandbox that is neither loopback nor anything else of ours by its look. */
const ABROAD = '10.99.0.1';
const ALICE = { username: 'alice', password: 'secret' };
const folder = mkdtempSync(join(tmpdir(), 'trust-'));
let certificate: Certificate;
/** With TLS; plain; plain and at another address. */
let secure: HostileRegistry;
let plain: HostileRegistry;
let abroad: HostileRegistry;
beforeAll(async () => {
  await run('busybox', ['ip', 'address', 'add', `${ABROAD}/32`, 'dev', 'lo']);
  certificate = await makeCertificate(folder);
  secure = await HostileRegistry.start({ tls: certificate });
  plain = await HostileRegistry.start();
  abroad = await HostileRegistry.start({ address: ABROAD });
  for (const registry of [secure, plain, abroad]) registry.add('app', IMAGE);
});
afterEach(() => {
  for (const registry of [secure, plain, abroad]) {
    registry.fault = () => false;
    registry.calls.length = 0;
  }
});
afterAll(async () => {
  for (const registry of [secure, plain, abroad]) await registry[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true });
});
const trusting = (more = '') => clientOf(table(secure.host, `ca = "${certificate.certificateFile}"`) + more);
const app = (registry: HostileRegistry) => reference(`${registry.host}/app`);
/** A registry that takes whoever says `Bearer TOKEN`, and sends others to a realm. */
const wantsToken = (registry: HostileRegistry, realm: string) => {
  registry.fault = (call, response) => {
    if (call.headers.authorization === 'Bearer good' || call.kind === 'other') return false;
    const challenge = `Bearer realm="${realm}",service="test"`;
    response.writeHead(401, { 'www-authenticate': challenge }).end();
    return true;
  };
};
/** Answers every request with a token. */
const givesTokens = (registry: HostileRegistry, token = 'good') => {
  registry.fault = (_, response) => response.writeHead(200).end(JSON.stringify({ token })) && true;
};

describe('redirects', () => {
  const redirect = (registry: HostileRegistry, to: string) => {
    registry.fault = (call, response) => {
      if (!call.headers.authorization)
        response.writeHead(401, { 'www-authenticate': 'Basic realm="x"' }).end();
      else response.writeHead(307, { location: to }).end();
      return true;
    };
  };

  test('another host, another port too, gets neither password nor token', async () => {
    await using client = plainClient(plain, abroad);
    redirect(abroad, `http://${abroad.host}/there`);
    await using other = await HostileRegistry.start({ address: ABROAD });
    other.add('app', IMAGE);
    redirect(abroad, `http://alice:secret@${other.host}/v2/app/manifests/latest`);
    await client.resolve(app(abroad), { credential: ALICE });
    expect(abroad.calls.at(-1)?.headers.authorization).toMatch(/^Basic /);
    expect(other.calls.map(({ headers }) => headers.authorization)).toEqual([undefined]);
  });

  test('another host is not shown the certificate for a registry', async () => {
    await using other = await HostileRegistry.start({ tls: certificate });
    other.add('app', IMAGE);
    const mine = await makeCertificate(folder, 'client');
    const lines = [`cert = "${mine.certificateFile}"`, `key = "${mine.keyFile}"`];
    await using client = trusting(`${lines.join('\n')}\n`);
    const shown: (string | undefined)[] = [];
    const note = ({ request }: Call) => {
      shown.push((request.socket as TLSSocket).getPeerCertificate().subject?.CN?.toString());
    };
    secure.fault = (call, response) => {
      note(call);
      response.writeHead(307, { location: `https://${other.host}${call.path}` }).end();
      return true;
    };
    other.fault = note;
    await client.resolve(app(secure));
    expect(shown).toEqual(['client', undefined]);
  });

  test('from TLS to plain HTTP none is followed', async () => {
    await using client = trusting();
    redirect(secure, `http://${plain.host}/v2/app/manifests/latest`);
    await expect(client.resolve(app(secure), { credential: ALICE })).rejects.toMatchObject({
      code: 'PERMISSION_DENIED',
      message: `${secure.host} sends us to ${plain.host} without TLS`,
    });
    expect(plain.calls).toEqual([]);
  });

  test.each([
    '127.0.0.1',
    '2130706433',
    '[::ffff:127.0.0.1]',
    'localhost',
    '169.254.169.254',
    '[fd00:ec2::254]',
    '100.100.100.200',
    '0.0.0.0',
  ])('a registry elsewhere sends nobody to %s', async (host) => {
    await using client = plainClient(abroad);
    const { port } = new URL(`http://${plain.host}`);
    redirect(abroad, `http://${host}:${port}/v2/app/manifests/latest`);
    await expect(client.resolve(app(abroad), { credential: ALICE })).rejects.toMatchObject({
      code: 'PERMISSION_DENIED',
      message: expect.stringContaining('an address of this host or its cloud'),
    });
    expect(plain.calls).toEqual([]);
  });

  test('a registry of this host may send us to this host; round and round it does not', async () => {
    await using client = plainClient(plain);
    const before = plain.fault;
    plain.fault = (call, response) =>
      call.kind === 'manifest' &&
      response.writeHead(302, { location: `http://${secure.host.replace(/:.*/, '')}:1/` }).end() &&
      true;
    await expect(client.resolve(app(plain))).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    plain.calls.length = 0;
    plain.fault = (call, response) =>
      call.kind === 'manifest' && response.writeHead(302, { location: call.path }).end() && true;
    await expect(client.resolve(app(plain))).rejects.toMatchObject({
      message: expect.stringContaining('more than 5 times'),
    });
    expect(plain.count('manifest')).toBe(6);
    plain.fault = before;
  });
});

describe('tokens', () => {
  test('a realm without TLS is refused by a registry with it', async () => {
    await using client = trusting();
    wantsToken(secure, `http://${plain.host}/token`);
    await expect(client.resolve(app(secure), { credential: ALICE })).rejects.toMatchObject({
      code: 'PERMISSION_DENIED',
      message: expect.stringContaining('without TLS'),
    });
    expect(plain.calls).toEqual([]);
  });

  test('a realm on this host is refused by a registry elsewhere', async () => {
    await using client = plainClient(abroad);
    wantsToken(abroad, `http://${plain.host}/token`);
    await expect(client.resolve(app(abroad), { credential: ALICE })).rejects.toMatchObject({
      code: 'PERMISSION_DENIED',
    });
    expect(plain.calls).toEqual([]);
  });

  test('they are for who asked: another credential gets another, the same asks once', async () => {
    await using client = plainClient(plain, abroad);
    wantsToken(plain, `http://${abroad.host}/token`);
    givesTokens(abroad);
    const as = (username: string) => client.resolve(app(plain), { credential: { username, password: 'x' } });
    await Promise.all([as('alice'), as('alice'), as('bob')]);
    await as('alice');
    const asked = abroad.calls
      .map(({ path }) => new URL(path, 'http://x').searchParams.get('account'))
      .sort();
    expect(asked).toEqual(['alice', 'bob']);
  });

  test('one that is not taken any more is replaced once, then it is an error', async () => {
    await using client = plainClient(plain, abroad);
    wantsToken(plain, `http://${abroad.host}/token`);
    givesTokens(abroad);
    await client.resolve(app(plain));
    plain.fault = (call, response) => {
      if (call.headers.authorization === 'Bearer newer') return false;
      response.writeHead(401, { 'www-authenticate': `Bearer realm="http://${abroad.host}/token"` }).end();
      return true;
    };
    givesTokens(abroad, 'newer');
    await client.resolve(app(plain));
    givesTokens(abroad, 'bad');
    plain.fault = (_, response) =>
      response.writeHead(401, { 'www-authenticate': `Bearer realm="http://${abroad.host}/token"` }).end() &&
      true;
    plain.calls.length = 0;
    await expect(client.resolve(app(plain))).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
    expect(plain.count('manifest')).toBe(2);
  });

  test('a token that would begin another header is none', async () => {
    await using client = plainClient(plain, abroad);
    wantsToken(plain, `http://${abroad.host}/token`);
    givesTokens(abroad, 'good\r\nx-evil: 1');
    await expect(client.resolve(app(plain))).rejects.toMatchObject({
      message: expect.stringContaining('gave no token'),
    });
  });

  test('a password is not sent before it is asked for, nor to a registry that asks for something else', async () => {
    await using client = plainClient(plain);
    await client.resolve(app(plain), { credential: ALICE });
    expect(plain.calls.some(({ headers }) => headers.authorization)).toBe(false);
    plain.fault = (_, response) => response.writeHead(401, { 'www-authenticate': 'Negotiate' }).end() && true;
    await expect(client.resolve(app(plain), { credential: ALICE })).rejects.toMatchObject({
      code: 'UNSUPPORTED',
      message: expect.stringContaining('negotiate'),
    });
  });
});

describe('mirrors', () => {
  const mirrored = (...mirrors: string[]) =>
    clientOf(
      table('images.lan', `mirrors = ${JSON.stringify(mirrors)}`) +
        table(plain.host, 'insecure = true') +
        table(abroad.host, 'insecure = true') +
        table('127.0.0.1:1', 'insecure = true'),
      {
        credentials: async (host) =>
          host === abroad.host ? { username: 'mirror', password: 'its own' } : undefined,
      },
    );
  const image = reference('images.lan/app');

  test('they are asked in their order, below their prefix, and a caller’s password is not for them', async () => {
    await using client = mirrored('127.0.0.1:1', `${plain.host}/cache`, abroad.host);
    plain.add('cache/app', IMAGE, 'other');
    const notes: string[] = [];
    abroad.fault = (call, response) =>
      call.kind === 'manifest' &&
      !call.headers.authorization &&
      response.writeHead(401, { 'www-authenticate': 'Basic' }).end() &&
      true;
    const remote = await client.resolve(image, { credential: ALICE, onNote: (line) => notes.push(line) });
    expect(remote.digest).toBe(IMAGE.manifest.digest);
    expect(notes).toEqual([
      expect.stringMatching(/^mirror 127.0.0.1:1: cannot reach/),
      expect.stringMatching(/^mirror .*: .* has no image/),
    ]);
    expect(plain.calls.find(({ kind }) => kind === 'manifest')?.path).toBe('/v2/cache/app/manifests/latest');
    const said = abroad.calls.map(({ headers }) => headers.authorization).filter(Boolean);
    expect(said).toEqual([`Basic ${Buffer.from('mirror:its own').toString('base64')}`]);
  });

  test('one that lies is left for the next', async () => {
    await using client = mirrored(plain.host, abroad.host);
    const { digest, bytes, mediaType } = IMAGE.manifest;
    plain.manifests.set(`app ${digest}`, { mediaType, bytes: Buffer.concat([bytes, Buffer.from(' ')]) });
    const remote = await client.resolve(reference(`images.lan/app@${digest}`));
    expect(remote.manifest.bytes).toEqual(bytes);
  });

  test('a blob that breaks at one goes on at the next', async () => {
    await using client = mirrored(plain.host, abroad.host);
    const { layers } = await client.resolve(image);
    const [layer] = layers;
    if (!layer) throw new Error('no layer');
    let broken = 0;
    plain.fault = (call, response) => {
      if (call.kind !== 'blob') return false;
      if (broken++ === 0)
        response
          .writeHead(200, { 'content-length': layer.size })
          .write(IMAGE.blobs.get(layer.digest)?.subarray(0, 7), () => response.destroy());
      else response.destroy();
      return true;
    };
    expect(await buffer(client.blob(image, layer))).toEqual(IMAGE.blobs.get(layer.digest));
    expect(abroad.calls.at(-1)?.headers.range).toBe('bytes=7-');
  });

  test('nothing is pushed to them', async () => {
    await using client = mirrored(plain.host);
    await expect(client.putManifest(image, IMAGE.manifest)).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    expect(plain.calls).toEqual([]);
  });
});

describe('proxies', () => {
  test('HTTP goes through one as it is, TLS through a tunnel; credentials of a registry stay in the tunnel', async () => {
    const seen: string[] = [];
    const proxy = createServer((request, response) => {
      seen.push(`${request.method} ${request.url}`);
      response.writeHead(200).end(JSON.stringify({}));
    });
    proxy.on('connect', (request, socket) => {
      seen.push(`CONNECT ${request.url} ${request.headers.authorization ?? 'nobody'}`);
      if (request.url !== secure.host) return socket.end('HTTP/1.1 403 Forbidden\r\n\r\n');
      const { port } = new URL(`https://${secure.host}`);
      const through = connect(Number(port), '127.0.0.1', () => {
        socket.write('HTTP/1.1 200 OK\r\n\r\n');
        through.pipe(socket).pipe(through);
      });
      for (const end of [through, socket]) end.on('error', () => undefined);
    });
    await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
    const address = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
    const settings = [`ca = "${certificate.certificateFile}"`, `proxy = "${address}"`];
    await using client = clientOf(
      table(secure.host, ...settings) + table(abroad.host, 'insecure = true', `proxy = "${address}"`),
    );
    secure.fault = (call, response) =>
      !call.headers.authorization && response.writeHead(401, { 'www-authenticate': 'Basic' }).end() && true;
    const remote = await client.resolve(app(secure), { credential: ALICE });
    expect(remote.digest).toBe(IMAGE.manifest.digest);
    expect(new Set(seen)).toEqual(new Set([`CONNECT ${secure.host} nobody`]));
    seen.length = 0;
    await expect(client.resolve(app(abroad))).rejects.toMatchObject({ code: 'DAMAGED' });
    expect(seen).toEqual([
      `CONNECT ${abroad.host} nobody`,
      `GET http://${abroad.host}/v2/app/manifests/latest`,
    ]);
    proxy.closeAllConnections();
    proxy.close();
  });
});
