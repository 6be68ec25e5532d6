import { BoxError } from '@boxyard/spec';
import type { HttpAnswer } from '../http/transport.ts';

/** Tells how far it is, from `base` on. */
export async function* counted(
  chunks: AsyncIterable<Uint8Array>,
  onProgress: ((bytes: number) => void) | undefined,
  base = 0,
): AsyncGenerator<Uint8Array> {
  let bytes = base;
  for await (const chunk of chunks) {
    yield chunk;
    bytes += chunk.length;
    onProgress?.(bytes);
  }
}

/** Where an upload goes on: absolute or relative, its query kept. @throws BoxError UNAVAILABLE */
export function nextLocation(answer: HttpAnswer): URL {
  const location = URL.parse(answer.headers.location ?? '', answer.url);
  if (!answer.headers.location || !location) {
    throw new BoxError('UNAVAILABLE', `${answer.url.host} does not say where an upload goes on`);
  }
  return location;
}
