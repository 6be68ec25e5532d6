/** An image like those that people have: three layers with a history, a deleted file, a configuration with everything in it. */
import { execFileSync } from 'node:child_process';
import { randomFillSync } from 'node:crypto';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type Call, HostileRegistry } from '../harness/hostile-registry.ts';
import { type ImageFixture, makeImage } from '../harness/image-fixture.ts';

/** Not to be compressed, so that it is on its way for a while. */
const LIBRARY_BYTES = 3 * 1024 * 1024;

/** Each call gives one of its own bytes. */
export function sampleImage(): ImageFixture {
  return makeImage(
    [
      layer((root) => {
        mkdirSync(join(root, 'bin'));
        cpSync('/bin/busybox', join(root, 'bin/busybox'));
        symlinkSync('busybox', join(root, 'bin/sh'));
        write(root, 'etc/motd', 'welcome\n');
        write(root, 'etc/os-release', 'NAME="Sample Linux"\n');
      }),
      layer((root) => write(root, 'usr/lib/libshop.so.1', randomFillSync(Buffer.alloc(LIBRARY_BYTES)))),
      layer((root) => {
        write(root, 'app/server', '#!/bin/sh\necho shop is open; sleep 1000\n', 0o755);
        write(root, 'etc/.wh.motd', '');
      }),
    ],
    {
      config: {
        Cmd: ['sh', '/app/server'],
        Env: ['PATH=/bin', 'SHOP_TOKEN=secret', 'LOG=info'],
        ExposedPorts: { '8080/tcp': {} },
        Volumes: { '/data': {} },
        WorkingDir: '/app',
        Labels: { 'org.opencontainers.image.title': 'Shop', team: 'orders' },
      },
      more: {
        author: 'Ada <ada@example.com>',
        history: [
          { created: '2024-05-01T07:08:09Z', created_by: '/bin/sh -c #(nop) ADD file:rootfs in / ' },
          { created: '2024-05-06T07:08:09Z', created_by: 'RUN /bin/sh -c apk add libshop # buildkit' },
          {
            created: '2024-05-06T07:08:09Z',
            created_by: 'COPY server /app/ # buildkit',
            comment: 'buildkit',
          },
          { created: '2024-05-06T07:08:09Z', created_by: 'CMD ["sh", "/app/server"]', empty_layer: true },
        ],
      },
    },
  );
}

function write(root: string, path: string, content: string | Buffer, mode = 0o644): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), content, { mode });
}

function layer(fill: (root: string) => void): Buffer {
  const root = mkdtempSync(join(tmpdir(), 'layer-'));
  try {
    fill(root);
    return execFileSync('tar', ['-C', root, '--owner=0', '--group=0', '-c', '.'], {
      maxBuffer: 64 * 1024 * 1024,
    });
  } finally {
    rmSync(root, { recursive: true });
  }
}

/** Smaller blobs are sent at once. */
const HELD_BYTES = 100_000;
const SENT_SHARE = 0.4;

/** A registry that stops in the middle of each large blob until it is told to go on. */
export class HeldRegistry implements AsyncDisposable {
  readonly registry: HostileRegistry;
  #gate = Promise.withResolvers<void>();

  private constructor(registry: HostileRegistry) {
    this.registry = registry;
    registry.fault = (call, response) => this.#hold(call, response);
  }

  static async start(): Promise<HeldRegistry> {
    return new HeldRegistry(await HostileRegistry.start());
  }

  /** All that wait, and all that come. */
  release(): void {
    this.#gate.resolve();
  }

  /** From now on again. */
  hold(): void {
    this.#gate = Promise.withResolvers();
  }

  async #hold(call: Call, response: ServerResponse): Promise<boolean> {
    const bytes = this.registry.blobs.get(`${call.repository} ${call.reference}`);
    if (call.kind !== 'blob' || call.method !== 'GET' || !bytes || bytes.length < HELD_BYTES) return false;
    const at = Math.floor(bytes.length * SENT_SHARE);
    response.writeHead(200, { 'content-length': bytes.length });
    response.write(bytes.subarray(0, at));
    await this.#gate.promise;
    response.end(bytes.subarray(at));
    return true;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.release();
    await this.registry[Symbol.asyncDispose]();
  }
}
