import { BoxError } from '@boxyard/spec';
import { TIMEOUTS } from '../http/connections.ts';
import { errorOf } from '../http/registry-error.ts';
import type { Requester, Target } from '../http/requester.ts';
import { discard, type HttpAnswer } from '../http/transport.ts';
import { retrying } from '../retry.ts';
import { uploadInChunks } from './chunks.ts';
import { counted, nextLocation } from './steps.ts';

/** A blob to push. */
export interface Upload {
  repository: string;
  /** `sha256:…` */
  digest: string;
  /** Bytes. */
  size: number;
  /** Its bytes from one on; may be called again after a failure. */
  open: (from: number) => AsyncIterable<Uint8Array>;
  /** Another repository of the registry that is said to have it. */
  mountFrom?: string | undefined;
  /** Bytes of a piece; absent: all at once. */
  chunkBytes?: number | undefined;
  /** Bytes the registry has now. */
  onProgress?: ((bytes: number) => void) | undefined;
}
export type UploadOutcome = 'exists' | 'mounted' | 'uploaded';

/** When a registry refuses a whole blob as too large (proxies before it do): pieces of this size, or of what it asks for. */
const FALLBACK_CHUNK_BYTES = 32 * 1024 * 1024;

/** Gives a registry a blob, unless it has it (distribution-spec, "Pushing blobs"). @throws BoxError */
export async function pushBlobAt(
  requester: Requester,
  target: Target,
  upload: Upload,
): Promise<UploadOutcome> {
  const { repository, digest, size, mountFrom, chunkBytes } = upload;
  if (await hasBlob(requester, target, { repository, digest })) return 'exists';
  const begun = await begin(requester, target, { repository, digest, mountFrom });
  if (begun === 'mounted') return 'mounted';
  const smallest = Number(begun.headers['oci-chunk-min-length'] ?? 0);
  if (chunkBytes !== undefined && chunkBytes < size) {
    await uploadInChunks(requester, target, {
      ...upload,
      ...begun,
      chunkBytes: Math.max(chunkBytes, smallest),
    });
    return 'uploaded';
  }
  if (await uploadWhole(requester, target, { ...upload, location: begun.location })) return 'uploaded';
  const { location } = await beginUpload(requester, target, { repository, digest });
  await uploadInChunks(requester, target, {
    ...upload,
    location,
    chunkBytes: Math.max(FALLBACK_CHUNK_BYTES, smallest),
  });
  return 'uploaded';
}

async function hasBlob(
  requester: Requester,
  target: Target,
  blob: { repository: string; digest: string },
): Promise<boolean> {
  const answer = await requester.insist(target, {
    method: 'HEAD',
    to: `/v2/${blob.repository}/blobs/${blob.digest}`,
  });
  await discard(answer);
  if (answer.status === 200) return true;
  if (answer.status === 404) return false;
  throw await errorOf(answer, target.endpoint.host);
}

interface Begun {
  location: URL;
  headers: HttpAnswer['headers'];
}

async function begin(
  requester: Requester,
  target: Target,
  blob: { repository: string; digest: string; mountFrom?: string | undefined },
): Promise<Begun | 'mounted'> {
  const query = new URLSearchParams(
    blob.mountFrom === undefined ? {} : { mount: blob.digest, from: blob.mountFrom },
  );
  const answer = await requester.insist(target, {
    method: 'POST',
    to: `/v2/${blob.repository}/blobs/uploads/?${query}`,
    headers: { 'content-length': '0' },
  });
  if (answer.status === 201 && blob.mountFrom !== undefined) {
    await discard(answer);
    return 'mounted';
  }
  // Some say no to a mount that they would not make, where the specification wants an upload begun.
  const refusedMount = blob.mountFrom !== undefined && answer.status >= 400 && answer.status < 500;
  if (refusedMount) {
    await discard(answer);
    return beginUpload(requester, target, blob);
  }
  if (answer.status !== 202) throw await errorOf(answer, target.endpoint.host);
  await discard(answer);
  return { location: nextLocation(answer), headers: answer.headers };
}

async function beginUpload(
  requester: Requester,
  target: Target,
  { repository, digest }: { repository: string; digest: string },
): Promise<Begun> {
  const begun = await begin(requester, target, { repository, digest });
  if (begun === 'mounted') throw new BoxError('UNAVAILABLE', `${target.endpoint.host} begins no upload`);
  return begun;
}

/** In one request; false when the registry (or a proxy before it) says that this is too much at once. */
async function uploadWhole(
  requester: Requester,
  target: Target,
  upload: Upload & { location: URL },
): Promise<boolean> {
  const { digest, size, open, onProgress, repository } = upload;
  let location: URL | undefined = upload.location;
  const { signal, onNote } = target;
  const put = async () => {
    // What a broken upload left behind is the registry's to collect: another try is another upload.
    const to = location ?? (await beginUpload(requester, target, { repository, digest })).location;
    location = undefined;
    to.searchParams.set('digest', digest);
    const answer = await requester.send(target, {
      method: 'PUT',
      to,
      headers: { 'content-type': 'application/octet-stream', 'content-length': String(size) },
      body: () => counted(open(0), onProgress),
      patience: TIMEOUTS.commit,
    });
    if (answer.status === 413) {
      await discard(answer);
      return false;
    }
    if (answer.status !== 201) throw await errorOf(answer, target.endpoint.host);
    await discard(answer);
    return true;
  };
  return retrying(put, { policy: requester.policy, signal, onNote });
}
