/**
 * A registry (OCI distribution-spec 1.1) in the test's own process: well-behaved until the test hooks a fault into it. For what
 * no real registry does on demand: lie, hang, break off, redirect, change its mind.
 */
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import type { Certificate } from './certificate.ts';
import { type Document, digestOf, type ImageFixture } from './image-fixture.ts';

/** A request, taken apart. */
export interface Call {
  method: string;
  /** With its query. */
  path: string;
  kind: 'ping' | 'manifest' | 'blob' | 'upload' | 'other';
  repository: string;
  /** Tag or digest; of an upload its id, empty for a new one. */
  reference: string;
  headers: IncomingMessage['headers'];
  request: IncomingMessage;
}
/** True: it has answered (or will, or never). Anything else: the registry answers as it should. */
export type Fault = (call: Call, response: ServerResponse) => unknown;

export class HostileRegistry implements AsyncDisposable {
  /** `ADDRESS:PORT` */
  readonly host: string;
  /** Every request so far, oldest first. */
  readonly calls: Call[] = [];
  /** By `REPOSITORY sha256:…`. */
  readonly blobs = new Map<string, Buffer>();
  /** By `REPOSITORY TAG-OR-DIGEST`. */
  readonly manifests = new Map<string, Pick<Document, 'bytes' | 'mediaType'>>();
  /** Looks at every request first. */
  fault: Fault = () => false;
  readonly #server: Server;
  #uploads = new Map<string, Buffer>();

  private constructor(server: Server) {
    this.#server = server;
    const { address, port } = server.address() as AddressInfo;
    this.host = `${address}:${port}`;
  }

  /** `address`: one of this host's; default 127.0.0.1. */
  static async start(
    options: { tls?: Certificate | undefined; address?: string } = {},
  ): Promise<HostileRegistry> {
    const { tls, address = '127.0.0.1' } = options;
    const server = tls
      ? createTlsServer({
          cert: readFileSync(tls.certificateFile),
          key: readFileSync(tls.keyFile),
          // Whoever has a certificate shows it; nobody needs one.
          requestCert: true,
          rejectUnauthorized: false,
        })
      : createServer();
    server.listen(0, address);
    await once(server, 'listening');
    const registry = new HostileRegistry(server);
    server.on('request', (request, response) => {
      registry.#take(request, response).catch((error: Error) => response.destroy(error));
    });
    return registry;
  }

  /** Puts an image there; gives the name to pull, `127.0.0.1:PORT/REPOSITORY:TAG`. */
  add(repository: string, image: ImageFixture, tag = 'latest'): string {
    for (const [digest, bytes] of image.blobs) this.blobs.set(`${repository} ${digest}`, bytes);
    return this.addManifest(repository, image.manifest, tag);
  }

  /** Puts a manifest or an index there, whatever it says. */
  addManifest(repository: string, manifest: Document, tag = 'latest'): string {
    for (const key of [tag, manifest.digest]) this.manifests.set(`${repository} ${key}`, manifest);
    return `${this.host}/${repository}:${tag}`;
  }

  /** Requests of a kind: `count('blob', 'GET')`. */
  count(kind: Call['kind'], method?: string): number {
    return this.calls.filter((call) => call.kind === kind && (method ?? call.method) === call.method).length;
  }

  async #take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const call = callOf(request);
    this.calls.push(call);
    request.on('error', () => undefined);
    response.on('error', () => undefined);
    if ((await this.fault(call, response)) === true) return;
    switch (call.kind) {
      case 'ping':
        response.writeHead(200).end();
        return;
      case 'manifest':
        return this.#manifest(call, response);
      case 'blob':
        return this.#blob(call, response);
      case 'upload':
        return this.#upload(call, response);
      default:
        sayError(response, 404, 'UNSUPPORTED');
    }
  }

  async #manifest(call: Call, response: ServerResponse): Promise<void> {
    const key = `${call.repository} ${call.reference}`;
    if (call.method === 'PUT') {
      const bytes = await buffer(call.request);
      const digest = digestOf(bytes);
      const mediaType = String(call.headers['content-type']);
      for (const name of [call.reference, digest])
        this.manifests.set(`${call.repository} ${name}`, { bytes, mediaType });
      response.writeHead(201, { 'docker-content-digest': digest }).end();
      return;
    }
    const found = this.manifests.get(key);
    if (!found) return sayError(response, 404, 'MANIFEST_UNKNOWN');
    response.writeHead(200, {
      'content-type': found.mediaType,
      'content-length': found.bytes.length,
      'docker-content-digest': digestOf(found.bytes),
    });
    response.end(call.method === 'HEAD' ? undefined : found.bytes);
  }

  #blob(call: Call, response: ServerResponse): void {
    const bytes = this.blobs.get(`${call.repository} ${call.reference}`);
    if (bytes) sendBytes(call, response, bytes);
    else sayError(response, 404, 'BLOB_UNKNOWN');
  }

  async #upload(call: Call, response: ServerResponse): Promise<void> {
    const url = new URL(call.path, `http://${this.host}`);
    const place = (id: string) => `/v2/${call.repository}/blobs/uploads/${id}`;
    if (call.method === 'POST') {
      const [mount, from] = [url.searchParams.get('mount'), url.searchParams.get('from')];
      const known = mount && from ? this.blobs.get(`${from} ${mount}`) : undefined;
      if (known) {
        this.blobs.set(`${call.repository} ${mount}`, known);
        response.writeHead(201, { location: `/v2/${call.repository}/blobs/${mount}` }).end();
        return;
      }
      const id = randomUUID();
      this.#uploads.set(id, Buffer.alloc(0));
      response.writeHead(202, { location: place(id), range: '0-0' }).end();
      return;
    }
    const had = this.#uploads.get(call.reference);
    if (!had) return sayError(response, 404, 'BLOB_UPLOAD_UNKNOWN');
    const all = call.method === 'GET' ? had : Buffer.concat([had, await buffer(call.request)]);
    this.#uploads.set(call.reference, all);
    const range = `0-${Math.max(all.length - 1, 0)}`;
    if (call.method !== 'PUT') {
      const status = call.method === 'GET' ? 204 : 202;
      response.writeHead(status, { location: place(call.reference), range }).end();
      return;
    }
    const digest = url.searchParams.get('digest') ?? '';
    if (digestOf(all) !== digest) return sayError(response, 400, 'DIGEST_INVALID');
    this.#uploads.delete(call.reference);
    this.blobs.set(`${call.repository} ${digest}`, all);
    response.writeHead(201, { location: `/v2/${call.repository}/blobs/${digest}` }).end();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }
}

/** Answers as a registry says no (distribution-spec, error codes). */
export function sayError(response: ServerResponse, status: number, code: string): void {
  response
    .writeHead(status, { 'content-type': 'application/json' })
    .end(JSON.stringify({ errors: [{ code, message: code.toLowerCase() }] }));
}

/** Sends a blob, or the part that `Range: bytes=FROM-` asks for (RFC 9110, 14). */
export function sendBytes(call: Call, response: ServerResponse, bytes: Buffer): void {
  const [, first] = /^bytes=(\d+)-$/.exec(call.headers.range ?? '') ?? [];
  const from = Number(first ?? 0);
  const part = bytes.subarray(from);
  response.writeHead(first === undefined ? 200 : 206, {
    'content-type': 'application/octet-stream',
    'content-length': part.length,
    ...(first !== undefined && { 'content-range': `bytes ${from}-${bytes.length - 1}/${bytes.length}` }),
  });
  response.end(call.method === 'HEAD' ? undefined : part);
}

function callOf(request: IncomingMessage): Call {
  const path = request.url ?? '/';
  const [plain = ''] = path.split('?');
  const [, repository = '', word, reference = ''] =
    /^\/v2\/(.+)\/(manifests|blobs\/uploads|blobs)\/([^/]*)$/.exec(plain) ?? [];
  const kinds = { manifests: 'manifest', blobs: 'blob', 'blobs/uploads': 'upload' } as const;
  const kind = word ? kinds[word as keyof typeof kinds] : plain === '/v2/' ? 'ping' : 'other';
  const method = request.method ?? 'GET';
  return { method, path, kind, repository, reference, headers: request.headers, request };
}
