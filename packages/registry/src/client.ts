import { BoxError, type ImageReference } from '@boxyard/spec';
import type { RegistryCredential } from './credentials/credential.ts';
import { Connections, TIMEOUTS, type Timeouts } from './http/connections.ts';
import { errorOf } from './http/registry-error.ts';
import { Requester, type Target } from './http/requester.ts';
import { discard, Transport } from './http/transport.ts';
import { foreignSource, readBlob, registrySource } from './read/blob.ts';
import type { Descriptor } from './read/manifest.ts';
import { type RemoteImage, type ResolveOptions, resolveAt } from './read/resolve.ts';
import { type CallOptions, RETRY_POLICY, type RetryPolicy } from './retry.ts';
import { type Endpoint, endpointOf, endpointsToRead } from './settings/endpoints.ts';
import type { RegistrySettings } from './settings/settings.ts';
import { TemporaryError } from './temporary-error.ts';
import { putManifestAt } from './write/manifest.ts';
import { pushBlobAt, type Upload, type UploadOutcome } from './write/upload.ts';

export interface RegistryClientOptions {
  /** A function is asked at every call, so that a changed file counts at once. */
  settings: RegistrySettings | (() => Promise<RegistrySettings>);
  /** `boxyard/1.2.3` */
  userAgent: string;
  /** For hosts that a call brings no credential for, mirrors among them. */
  credentials?: ((host: string) => Promise<RegistryCredential | undefined>) | undefined;
  /** Where HTTPS_PROXY and the like are read. */
  environment?: NodeJS.ProcessEnv | undefined;
  timeouts?: Partial<Timeouts> | undefined;
  retry?: RetryPolicy | undefined;
}
export interface RegistryCall extends CallOptions {
  /** For the host of the reference alone; wins over the client's own. */
  credential?: RegistryCredential | undefined;
}

/** How long a mirror that failed is left out, milliseconds: not every blob of a pull should wait for it. */
const MIRROR_REST_MS = 60_000;

/** A client of registries (OCI distribution-spec 1.1, Docker Registry HTTP API v2). Owns its connections. */
export class RegistryClient implements AsyncDisposable {
  readonly #settings: () => Promise<RegistrySettings>;
  readonly #connections: Connections;
  readonly #requester: Requester;
  readonly #credentials: (host: string) => Promise<RegistryCredential | undefined>;
  /** Mirrors by address, and until when they are left out. */
  readonly #resting = new Map<string, number>();

  constructor(options: RegistryClientOptions) {
    const { settings, userAgent, environment = process.env, timeouts, retry = RETRY_POLICY } = options;
    this.#settings = typeof settings === 'function' ? settings : async () => settings;
    this.#credentials = options.credentials ?? (async () => undefined);
    this.#connections = new Connections({ environment, timeouts: { ...TIMEOUTS, ...timeouts } });
    this.#requester = new Requester(new Transport(this.#connections, userAgent), retry);
  }

  /** What a name means, at the first mirror that has it or at the registry. @throws BoxError NOT_FOUND, UNSUPPORTED, DAMAGED, … */
  async resolve(
    reference: ImageReference,
    options: RegistryCall & ResolveOptions = {},
  ): Promise<RemoteImage> {
    const targets = await this.#toRead(reference, options);
    const { platform, onNote } = options;
    for (const target of targets) {
      try {
        return await resolveAt(this.#requester, target, { reference, platform });
      } catch (error) {
        if (!this.#goesOn(error, target)) throw error;
        onNote?.(`mirror ${target.endpoint.host}: ${error.message}`);
      }
    }
    throw new BoxError('INTERNAL', 'there is no registry to ask');
  }

  /** Exactly `descriptor.size` bytes; whoever keeps them checks the digest. Ends its connection when it is left early. */
  async *blob(
    reference: ImageReference,
    descriptor: Descriptor,
    options: RegistryCall = {},
  ): AsyncGenerator<Uint8Array> {
    const targets = await this.#toRead(reference, options);
    const sources = targets.map((target) => {
      const repository = `${target.endpoint.prefix}${reference.repository}`;
      return registrySource(this.#requester, target, `/v2/${repository}/blobs/${descriptor.digest}`);
    });
    const own = targets.at(-1);
    const foreign = own ? (descriptor.urls ?? []).map((url) => foreignSource(this.#requester, own, url)) : [];
    yield* readBlob(this.#requester, targets, { descriptor, sources: [...sources, ...foreign] });
  }

  /** Gives the registry a blob unless it has it. `mountFrom` is a repository of the same registry. */
  async pushBlob(
    reference: ImageReference,
    { digest, size }: Pick<Descriptor, 'digest' | 'size'>,
    options: RegistryCall & Pick<Upload, 'open' | 'mountFrom' | 'chunkBytes' | 'onProgress'>,
  ): Promise<UploadOutcome> {
    const { open, mountFrom, chunkBytes, onProgress } = options;
    const target = await this.#toWrite(reference, options);
    if (mountFrom !== undefined) target.scopes = [...target.scopes, `repository:${mountFrom}:pull`];
    const { repository } = reference;
    const upload = { repository, digest, size, open, mountFrom, chunkBytes, onProgress };
    return pushBlobAt(this.#requester, target, upload);
  }

  /** Puts it under the reference's tag, or its digest where there is none; the digest, `sha256:…`. */
  async putManifest(
    reference: ImageReference,
    manifest: { bytes: Uint8Array; mediaType: string },
    options: RegistryCall = {},
  ): Promise<string> {
    const target = await this.#toWrite(reference, options);
    const path = `/v2/${reference.repository}/manifests/${reference.tag ?? reference.digest}`;
    return putManifestAt(this.#requester, target, { path, ...manifest });
  }

  /** Whether a registry takes a credential. @throws BoxError PERMISSION_DENIED when it does not */
  async check(host: string, credential: RegistryCredential, signal?: AbortSignal): Promise<void> {
    const endpoint = endpointOf(await this.#settings(), host);
    const target: Target = { endpoint, scopes: [], credential, signal };
    try {
      const answer = await this.#requester.send(target, { method: 'GET', to: '/v2/' });
      if (answer.status !== 200) throw await errorOf(answer, host);
      await discard(answer);
    } catch (error) {
      if (!(error instanceof BoxError) || error.code !== 'UNAUTHENTICATED') throw error;
      throw new BoxError('PERMISSION_DENIED', `${host} does not take this user name and password`, {
        hint: 'check both; many registries want an access token instead of the password',
        cause: error,
      });
    }
  }

  async #toRead(reference: ImageReference, options: RegistryCall): Promise<Target[]> {
    const now = Date.now();
    const endpoints = endpointsToRead(await this.#settings(), reference.registry).filter(
      ({ mirror, address }) => !mirror || (this.#resting.get(address) ?? 0) <= now,
    );
    return Promise.all(
      endpoints.map(async (endpoint) => {
        const scopes = [`repository:${endpoint.prefix}${reference.repository}:pull`];
        return { endpoint, scopes, ...(await this.#as(endpoint, options)) };
      }),
    );
  }

  async #toWrite(reference: ImageReference, options: RegistryCall): Promise<Target> {
    const endpoint = endpointOf(await this.#settings(), reference.registry);
    const scopes = [`repository:${reference.repository}:pull,push`];
    return { endpoint, scopes, ...(await this.#as(endpoint, options)) };
  }

  async #as({ host, mirror }: Endpoint, { credential, signal, onNote }: RegistryCall) {
    const given = mirror ? undefined : credential;
    return { credential: given ?? (await this.#credentials(host)), signal, onNote };
  }

  /** A mirror's failure is not the pull's. */
  #goesOn(error: unknown, { endpoint }: Target): error is BoxError {
    if (!endpoint.mirror || !(error instanceof BoxError) || error.code === 'CANCELLED') return false;
    if (error instanceof TemporaryError) this.#resting.set(endpoint.address, Date.now() + MIRROR_REST_MS);
    return true;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#connections[Symbol.asyncDispose]();
  }
}
