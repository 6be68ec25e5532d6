import { BoxError } from '@boxyard/spec';
import { TIMEOUTS } from '../http/connections.ts';
import { errorOf } from '../http/registry-error.ts';
import type { Requester, Target } from '../http/requester.ts';
import { discard, type HttpAnswer } from '../http/transport.ts';
import { pauseAfter } from '../retry.ts';
import { TemporaryError } from '../temporary-error.ts';
import { counted, nextLocation } from './steps.ts';
import type { Upload } from './upload.ts';

type ChunkedUpload = Upload & { location: URL; chunkBytes: number };

/** Where an upload stands. */
interface Position {
  location: URL;
  /** Bytes the registry has. */
  done: number;
}

/**
 * A blob in pieces (distribution-spec, "Pushing a blob in chunks"). When one fails the registry is asked how much it has, and the
 * upload goes on there.
 */
export async function uploadInChunks(
  requester: Requester,
  target: Target,
  upload: ChunkedUpload,
): Promise<void> {
  const { size, chunkBytes } = upload;
  const { signal, onNote } = target;
  let position: Position = { location: upload.location, done: 0 };
  let failures = 0;
  while (position.done < size) {
    const end = Math.min(position.done + chunkBytes, size);
    try {
      position = await sendChunk(requester, target, { upload, position, end });
      failures = 0;
    } catch (error) {
      if (!(error instanceof TemporaryError) || ++failures >= requester.policy.attempts) throw error;
      await pauseAfter(error, failures, { policy: requester.policy, signal, onNote });
      position = await askPosition(requester, target, position);
    }
  }
  await finish(requester, target, { upload, location: position.location });
}

async function sendChunk(
  requester: Requester,
  target: Target,
  { upload, position, end }: { upload: ChunkedUpload; position: Position; end: number },
): Promise<Position> {
  const { done, location } = position;
  const body = () => counted(first(upload.open(done), end - done), upload.onProgress, done);
  const answer = await requester.send(target, {
    method: 'PATCH',
    to: location,
    headers: {
      'content-type': 'application/octet-stream',
      'content-length': String(end - done),
      'content-range': `${done}-${end - 1}`,
    },
    body,
    patience: TIMEOUTS.commit,
  });
  if (answer.status === 416) {
    await discard(answer);
    throw new TemporaryError(`${answer.url.host} is at another place of the upload`);
  }
  // 202 by the specification; 204 is seen.
  if (answer.status !== 202 && answer.status !== 204) throw await errorOf(answer, target.endpoint.host);
  await discard(answer);
  return positionOf(answer, { size: upload.size, assumed: end });
}

/** How much of an upload arrived. */
async function askPosition(
  requester: Requester,
  target: Target,
  { location, done }: Position,
): Promise<Position> {
  const answer = await requester.insist(target, { method: 'GET', to: location });
  if (answer.status !== 204 && answer.status !== 200 && answer.status !== 202) {
    throw await errorOf(answer, target.endpoint.host);
  }
  await discard(answer);
  if (!answer.headers.location) return { location, done: receivedBytes(answer) ?? done };
  return positionOf(answer, { size: Number.MAX_SAFE_INTEGER, assumed: done });
}

async function finish(
  requester: Requester,
  target: Target,
  { upload, location }: { upload: ChunkedUpload; location: URL },
): Promise<void> {
  location.searchParams.set('digest', upload.digest);
  const answer = await requester.insist(target, {
    method: 'PUT',
    to: location,
    headers: { 'content-length': '0' },
    patience: TIMEOUTS.commit,
  });
  if (answer.status !== 201) throw await errorOf(answer, target.endpoint.host);
  await discard(answer);
}

function positionOf(answer: HttpAnswer, { size, assumed }: { size: number; assumed: number }): Position {
  const done = receivedBytes(answer) ?? assumed;
  if (done > size) throw new BoxError('UNAVAILABLE', `${answer.url.host} has more of an upload than we sent`);
  return { location: nextLocation(answer), done };
}

/** `Range: 0-N`: N + 1 bytes; a new upload says 0-0, which means none. */
function receivedBytes(answer: HttpAnswer): number | undefined {
  const [, last] = /^(?:bytes=)?0-(\d+)$/.exec(answer.headers.range ?? '') ?? [];
  if (last === undefined) return undefined;
  return last === '0' ? 0 : Number(last) + 1;
}

async function* first(chunks: AsyncIterable<Uint8Array>, bytes: number): AsyncGenerator<Uint8Array> {
  let left = bytes;
  for await (const chunk of chunks) {
    yield chunk.length > left ? chunk.subarray(0, left) : chunk;
    left -= chunk.length;
    if (left <= 0) return;
  }
}
