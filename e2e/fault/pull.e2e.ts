/** Registries that lie, break off, hang or send us elsewhere: a clear error or a right image, and nothing left. */
import { execFileSync } from 'node:child_process';
import { createServer, type OutgoingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { craftArchive } from '../../packages/storage/src/tar/craft.ts';
import { type Call, type Fault, sendBytes } from '../harness/hostile-registry.ts';
import { digestOf, document, makeImage, OCI_INDEX, OCI_MANIFEST } from '../harness/image-fixture.ts';
import { isLayer, Pulls, soundImage } from './pulls.ts';

const image = soundImage();
let pulls: Pulls;
let name: string;
let empty: string[];
beforeAll(async () => {
  pulls = await Pulls.start();
  name = pulls.registry.add('sound', image);
  empty = pulls.store();
});
afterEach(() => {
  pulls.registry.fault = () => false;
  pulls.registry.calls.length = 0;
});
afterAll(async () => {
  expect(await pulls.agent.leaks()).toEqual([]);
  await pulls[Symbol.asyncDispose]();
});

const bytesOf = (call: Call) => image.blobs.get(call.reference) as Buffer;
/** Answers requests for layers otherwise. */
const ofLayers =
  (answer: (call: Call, response: ServerResponse) => void): Fault =>
  (call, response) => {
    if (!isLayer(call, image)) return false;
    answer(call, response);
    return true;
  };
const ofManifests =
  (answer: (call: Call, response: ServerResponse) => void): Fault =>
  (call, response) => {
    if (call.kind !== 'manifest') return false;
    answer(call, response);
    return true;
  };
const GIB = 2 ** 30;

/** Sends zeros until nobody takes them. */
function endlessly(response: ServerResponse, headers: OutgoingHttpHeaders = {}): void {
  response.writeHead(200, headers);
  const more = () => {
    while (!response.destroyed && response.write(Buffer.alloc(65_536)));
  };
  response.on('drain', more);
  more();
}

const LIES: readonly [what: string, fault: Fault, code: string, message: RegExp][] = [
  [
    'other bytes for a layer',
    ofLayers((call, response) => sendBytes(call, response, Buffer.alloc(bytesOf(call).length, 'x'))),
    'INVALID_ARGUMENT',
    /^layer [0-9a-f]{12}: this is no tar archive/,
  ],
  [
    'one other bit in a layer',
    ofLayers((call, response) => {
      const bytes = Buffer.from(bytesOf(call));
      bytes[bytes.length - 20] = (bytes.at(-20) as number) ^ 1;
      sendBytes(call, response, bytes);
    }),
    'DAMAGED',
    /digest is sha256:|compression is damaged/,
  ],
  [
    'a layer of fewer bytes',
    ofLayers((call, response) => sendBytes(call, response, bytesOf(call).subarray(0, -1))),
    'DAMAGED',
    /another size/,
  ],
  [
    'a layer of more bytes',
    ofLayers((call, response) => sendBytes(call, response, Buffer.concat([bytesOf(call), Buffer.alloc(1)]))),
    'DAMAGED',
    /another size/,
  ],
  [
    'a layer without an end',
    ofLayers((_, response) => endlessly(response)),
    'DAMAGED',
    /more than the \d+ bytes|no tar archive|announced/,
  ],
  [
    'another configuration',
    (call, response) => {
      if (call.kind !== 'blob' || isLayer(call, image)) return false;
      sendBytes(call, response, Buffer.alloc(bytesOf(call).length, ' '));
      return true;
    },
    'DAMAGED',
    /digest/,
  ],
  [
    'a manifest that is not what its digest says',
    ofManifests((_, response) => {
      response
        .writeHead(200, { 'content-type': OCI_MANIFEST, 'docker-content-digest': `sha256:${'0'.repeat(64)}` })
        .end(image.manifest.bytes);
    }),
    'DAMAGED',
    /not what its digest says/,
  ],
  [
    'ten gigabytes of manifest',
    ofManifests((_, response) =>
      endlessly(response, { 'content-type': OCI_MANIFEST, 'content-length': 10 * GIB }),
    ),
    'RESOURCE_EXHAUSTED',
    /more than \d+ bytes for a document/,
  ],
  [
    'a manifest without an end',
    ofManifests((_, response) => endlessly(response, { 'content-type': OCI_MANIFEST })),
    'RESOURCE_EXHAUSTED',
    /more than \d+ bytes for a document/,
  ],
  [
    'a page for people',
    ofManifests(
      (_, response) =>
        void response
          .writeHead(200, { 'content-type': 'text/html' })
          .end('<html>Sign in to the wireless network</html>'),
    ),
    'DAMAGED',
    /./,
  ],
  [
    'a redirect in a circle',
    ofManifests((call, response) => void response.writeHead(307, { location: call.path }).end()),
    'UNAVAILABLE',
    /redirects more than/,
  ],
  [
    'a redirect to a file',
    ofLayers((_, response) => void response.writeHead(307, { location: 'file:///etc/passwd' }).end()),
    'PERMISSION_DENIED',
    /./,
  ],
];

describe('a registry that sends', () => {
  test.each(LIES)('%s is found out, and nothing of it stays', async (_, fault, code, message) => {
    pulls.registry.fault = fault;
    const { state, error } = await pulls.pull(name);
    expect({ state, code: error?.code }).toEqual({ state: 'failed', code });
    expect(error?.message).toMatch(message);
    expect(error?.message).not.toContain('\n');
    await pulls.isEmpty(empty);
  });

  test('none of this keeps the image from being pulled afterwards', () => pulls.recovers(name, empty));
});

/** A manifest of the sound image with something else in it. */
function manifestWith(
  change: (manifest: { config: object; layers: { digest: string; size: number }[] }) => object,
) {
  return document(OCI_MANIFEST, change(JSON.parse(image.manifest.bytes.toString())));
}

describe('a manifest', () => {
  const [layer] = JSON.parse(image.manifest.bytes.toString()).layers;
  const crafted: [what: string, bytes: ReturnType<typeof document>, message: RegExp][] = [
    [
      'that is an index as well',
      manifestWith((manifest) => ({ ...manifest, manifests: [] })),
      /index and a manifest at once/,
    ],
    [
      'with a path for a digest',
      manifestWith((manifest) => ({
        ...manifest,
        layers: [{ ...layer, digest: 'sha256:../../../../etc/passwd' }],
      })),
      /digest/,
    ],
    [
      'with a negative size',
      manifestWith((manifest) => ({ ...manifest, layers: [{ ...layer, size: -1 }] })),
      /size/,
    ],
    [
      'with a size beyond all numbers',
      manifestWith((manifest) => ({ ...manifest, layers: [{ ...layer, size: 2 ** 60 }] })),
      /size/,
    ],
    [
      'with a configuration of a gigabyte',
      manifestWith((manifest) => ({ ...manifest, config: { ...manifest.config, size: GIB } })),
      /config/,
    ],
    [
      'with a layer more than its configuration',
      manifestWith((manifest) => ({ ...manifest, layers: [...manifest.layers, layer] })),
      /layers/,
    ],
    [
      'of schema 1',
      document('application/vnd.docker.distribution.manifest.v1+json', { schemaVersion: 1, fsLayers: [] }),
      /schema 1/,
    ],
    [
      'that is an index of nothing',
      document(OCI_INDEX, { schemaVersion: 2, mediaType: OCI_INDEX, manifests: [] }),
      /no image for/,
    ],
    [
      'that is deeply nested',
      { ...document(OCI_MANIFEST, {}), bytes: Buffer.from('['.repeat(500_000)) },
      /./,
    ],
    [
      'that is an index within itself',
      document(OCI_INDEX, {
        schemaVersion: 2,
        manifests: [
          {
            mediaType: OCI_INDEX,
            digest: `sha256:${'1'.repeat(64)}`,
            size: 100,
            platform: { os: 'linux', architecture: 'amd64' },
          },
        ],
      }),
      /./,
    ],
  ];
  test.each(crafted)('%s is refused', async (_, bytes, message) => {
    pulls.registry.add('crafted', image);
    const { state, error } = await pulls.pull(
      pulls.registry.addManifest('crafted', { ...bytes, digest: digestOf(bytes.bytes) }),
    );
    expect(state).toBe('failed');
    expect(error?.message).toMatch(message);
    expect(error?.code).not.toBe('INTERNAL');
    await pulls.isEmpty(empty);
  });

  test('whose configuration says other layers than it has is refused, both digests named', async () => {
    const wrong = `sha256:${'ab'.repeat(32)}`;
    const lying = makeImage([craftArchive({ path: 'x' })], {
      more: { rootfs: { type: 'layers', diff_ids: [wrong] } },
    });
    const { error } = await pulls.pull(pulls.registry.add('lying', lying));
    expect(error).toMatchObject({
      code: 'DAMAGED',
      message: expect.stringMatching(`unpacked its digest is sha256:[0-9a-f]{64}, not ${wrong}`),
    });
    await pulls.isEmpty(empty);
  });
});

describe('a registry that', () => {
  test('moves the tag in the middle gives the image that was asked for at the beginning', async () => {
    const other = makeImage([craftArchive({ path: 'other' })]);
    const moving = pulls.registry.add('moving', image);
    pulls.registry.fault = ({ kind }) => {
      if (kind === 'blob') pulls.registry.add('moving', other);
      return false;
    };
    expect((await pulls.pull(moving)).result).toMatchObject({ digest: image.manifest.digest });
    pulls.registry.add('moving', image);
    await pulls.recovers(moving, empty);
  });

  test('breaks off in a layer is asked for the rest alone', async () => {
    let broken = 0;
    pulls.registry.fault = ofLayers((call, response) => {
      const bytes = bytesOf(call);
      if (call.headers.range !== undefined) return sendBytes(call, response, bytes);
      broken++;
      response
        .writeHead(200, { 'content-length': bytes.length })
        .write(bytes.subarray(0, 3000), () => response.destroy());
    });
    expect(await pulls.pull(name)).toMatchObject({ state: 'done' });
    expect(broken).toBe(2);
    expect(pulls.registry.calls.filter(({ headers }) => headers.range === 'bytes=3000-')).toHaveLength(2);
    await pulls.recovers(name, empty);
  });

  test('has too much to do is asked again when it said', async () => {
    let refused = 0;
    pulls.registry.fault = (call, response) => {
      if (call.kind !== 'manifest' || refused++ > 0) return false;
      response.writeHead(429, { 'retry-after': '1' }).end();
      return true;
    };
    const task = await pulls.pull(name);
    expect(task).toMatchObject({ state: 'done', notes: [expect.stringMatching(/trying again in 1\.0 s/)] });
    await pulls.recovers(name, empty);
  });

  test('hangs is left at once by a cancel', async () => {
    const hung = Promise.withResolvers<void>();
    pulls.registry.fault = ofLayers((call, response) => {
      response
        .writeHead(200, { 'content-length': bytesOf(call).length })
        .write(bytesOf(call).subarray(0, 4000));
      hung.resolve();
    });
    const task = await pulls.begin(name);
    await hung.promise;
    const began = performance.now();
    await pulls.api.mutate('tasks.cancel', { task: task.id });
    expect(performance.now() - began).toBeLessThan(5000);
    expect(await pulls.ended(task)).toMatchObject({ state: 'cancelled' });
    await pulls.isEmpty(empty);
    await pulls.recovers(name, empty);
  });
});

describe('a registry elsewhere', () => {
  /** RFC 5737: an address that is nobody's; here one of the sandbox's. */
  const ELSEWHERE = '192.0.2.1';
  let far: Pulls;
  let secret: ReturnType<typeof createServer>;
  let asked = 0;
  beforeAll(async () => {
    execFileSync('busybox', ['ip', 'address', 'add', `${ELSEWHERE}/32`, 'dev', 'lo']);
    secret = createServer((_, response) => {
      asked++;
      response.end('{"token": "secret"}');
    });
    await new Promise<void>((resolve) => secret.listen(0, '127.0.0.1', resolve));
    far = await Pulls.start({}, ELSEWHERE);
  });
  afterAll(async () => {
    await far[Symbol.asyncDispose]();
    secret.close();
  });

  test.each(['manifest', 'blob', 'token'] as const)(
    'cannot send us to this host or its cloud by a %s',
    async (kind) => {
      const { port } = secret.address() as AddressInfo;
      const wanted = far.registry.add('far', image);
      for (const target of [
        `http://127.0.0.1:${port}/`,
        `http://localhost:${port}/`,
        `http://[::ffff:127.0.0.1]:${port}/`,
        'http://169.254.169.254/latest/meta-data/',
      ]) {
        far.registry.fault = (call, response) => {
          if (kind === 'token')
            response.writeHead(401, { 'www-authenticate': `Bearer realm="${target}",service="x"` }).end();
          else if (call.kind !== kind) return false;
          else response.writeHead(307, { location: target }).end();
          return true;
        };
        expect(await far.pull(wanted)).toMatchObject({
          state: 'failed',
          error: { code: 'PERMISSION_DENIED' },
        });
      }
      expect(asked).toBe(0);
    },
  );
});
