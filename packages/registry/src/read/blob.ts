import { BoxError } from '@boxyard/spec';
import { bodyOf } from '../http/body.ts';
import { errorOf } from '../http/registry-error.ts';
import type { Requester, Target } from '../http/requester.ts';
import { discard, type HttpAnswer } from '../http/transport.ts';
import { pauseAfter } from '../retry.ts';
import { TemporaryError } from '../temporary-error.ts';
import type { Descriptor } from './manifest.ts';

/** So much between two breaks is progress, and the count of tries begins anew: a bad line may break often, a bad server may not stall us. */
const PROGRESS_BYTES = 1024 * 1024;

/** A place where the blob may be had from its byte `from` on. */
export type BlobSource = (from: number) => Promise<HttpAnswer>;

/**
 * A blob's bytes, exactly as many as its descriptor says, from the first source that has it; after a break they go on where they
 * stopped (Range, RFC 9110, 14). Whether they are the right ones is for whoever hashes them.
 * @throws BoxError NOT_FOUND, DAMAGED (more bytes, another range), UNAVAILABLE, CANCELLED
 */
export async function* readBlob(
  requester: Requester,
  targets: readonly Target[],
  { descriptor, sources }: { descriptor: Descriptor; sources: readonly BlobSource[] },
): AsyncGenerator<Uint8Array> {
  const { size } = descriptor;
  const [target] = targets;
  const { signal, onNote } = target ?? {};
  let received = 0;
  let progress = 0;
  let failures = 0;
  let at = 0;
  while (received < size) {
    const source = sources[at];
    if (!source) throw new BoxError('NOT_FOUND', `nobody has the blob ${descriptor.digest}`);
    const isLast = at === sources.length - 1;
    try {
      const answer = await source(received);
      for await (const chunk of rest(answer, { from: received, size, signal })) {
        received += chunk.length;
        yield chunk;
      }
      if (received < size)
        throw new TemporaryError(`${answer.url.host} broke off at byte ${received} of ${size}`);
    } catch (error) {
      if (!(error instanceof BoxError) || error.code === 'CANCELLED') throw error;
      if (received - progress >= PROGRESS_BYTES) [progress, failures] = [received, 0];
      failures++;
      const attempts = isLast || received > progress ? requester.policy.attempts : 1;
      if (error instanceof TemporaryError && failures < attempts) {
        await pauseAfter(error, failures, { policy: requester.policy, signal, onNote });
      } else if (isLast) {
        throw error;
      } else {
        onNote?.(`${error.message}; trying the next place`);
        [at, failures] = [at + 1, 0];
      }
    }
  }
}

/** At a registry. */
export function registrySource(requester: Requester, target: Target, path: string): BlobSource {
  return async (from) => {
    const answer = await requester.send(target, {
      method: 'GET',
      to: path,
      ...(from > 0 && { headers: { range: `bytes=${from}-` } }),
    });
    if (answer.status === 200 || answer.status === 206) return answer;
    throw await errorOf(answer, target.endpoint.host);
  };
}

/** At an address that a descriptor of a foreign layer names: without credentials, over TLS alone, and not on this host. */
export function foreignSource(requester: Requester, target: Target, address: string): BlobSource {
  return async (from) => {
    const url = URL.parse(address);
    if (url?.protocol !== 'https:') {
      throw new BoxError('PERMISSION_DENIED', 'the address of a foreign layer is none with https');
    }
    const home = await requester.home(target);
    const headers = from > 0 ? { range: `bytes=${from}-` } : undefined;
    const answer = await requester.transport.send(
      { method: 'GET', url, headers, signal: target.signal },
      { ...home, settings: { insecure: false, mirrors: [] } },
    );
    if (answer.status === 200 || answer.status === 206) return answer;
    throw await errorOf(answer, url.host);
  };
}

interface Part {
  from: number;
  size: number;
  signal: AbortSignal | undefined;
}

/** What of an answer we do not have yet. */
async function* rest(answer: HttpAnswer, { from, size, signal }: Part): AsyncGenerator<Uint8Array> {
  const host = answer.url.host;
  const partial = answer.status === 206;
  const whole = partial ? totalOf(answer, from) : Number(answer.headers['content-length'] ?? size);
  if (whole !== size) {
    await discard(answer);
    throw new BoxError(
      'DAMAGED',
      `${host} has another size for a blob than its manifest: ${whole}, not ${size} bytes`,
    );
  }
  // A server without ranges begins at the beginning again.
  let skip = partial ? 0 : from;
  let left = size - from;
  for await (const chunk of bodyOf(answer, signal)) {
    const fresh = chunk.subarray(Math.min(skip, chunk.length));
    skip -= chunk.length - fresh.length;
    if (fresh.length > left)
      throw new BoxError('DAMAGED', `${host} sends more than the ${size} bytes of a blob`);
    left -= fresh.length;
    if (fresh.length > 0) yield fresh;
  }
}

/** The blob's size by Content-Range, when the range is the one that was asked for; NaN when it is another. */
function totalOf(answer: HttpAnswer, from: number): number {
  const [, first, last, total] =
    /^bytes (\d+)-(\d+)\/(\d+|\*)$/.exec(answer.headers['content-range'] ?? '') ?? [];
  if (Number(first) !== from) return Number.NaN;
  return total === '*' ? Number(last) + 1 : Number(total);
}
