import { BoxError } from '@boxyard/spec';
import { TemporaryError } from '../temporary-error.ts';
import { connectionError } from './connection-error.ts';
import { discard, type HttpAnswer } from './transport.ts';

/** For the whole of a document, however slowly it trickles: the largest takes half a minute on the slowest line. */
const DOCUMENT_TIMEOUT_MS = 120_000;

/** The whole body, which may have up to `limit` bytes: more are neither kept nor waited for. @throws BoxError RESOURCE_EXHAUSTED */
export async function readBounded(answer: HttpAnswer, limit: number, signal?: AbortSignal): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  if (Number(answer.headers['content-length'] ?? 0) > limit) throw await tooLarge(answer, limit);
  const tooSlow = () => answer.body.destroy(new TemporaryError(`${answer.url.host} is too slow`));
  const timer = setTimeout(tooSlow, DOCUMENT_TIMEOUT_MS);
  try {
    for await (const chunk of bodyOf(answer, signal)) {
      bytes += chunk.length;
      if (bytes > limit) throw await tooLarge(answer, limit);
      chunks.push(chunk);
    }
  } finally {
    clearTimeout(timer);
  }
  return Buffer.concat(chunks);
}

/** The body's pieces, errors of the connection in our words. */
export async function* bodyOf(answer: HttpAnswer, signal?: AbortSignal): AsyncGenerator<Uint8Array> {
  try {
    yield* answer.body as AsyncIterable<Uint8Array>;
  } catch (cause) {
    throw connectionError(cause, { url: answer.url, signal });
  }
}

async function tooLarge(answer: HttpAnswer, limit: number): Promise<BoxError> {
  await discard(answer);
  return new BoxError(
    'RESOURCE_EXHAUSTED',
    `${answer.url.host} sends more than ${limit} bytes for a document that never has so many`,
    { hint: 'the registry is damaged or hostile' },
  );
}
