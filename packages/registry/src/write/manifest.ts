import { createHash } from 'node:crypto';
import { BoxError } from '@boxyard/spec';
import { errorOf } from '../http/registry-error.ts';
import type { Requester, Target } from '../http/requester.ts';
import { discard } from '../http/transport.ts';

/** Puts a manifest under a tag or its digest; its digest. @throws BoxError, DAMAGED when the registry read something else */
export async function putManifestAt(
  requester: Requester,
  target: Target,
  { path, bytes, mediaType }: { path: string; bytes: Uint8Array; mediaType: string },
): Promise<string> {
  const answer = await requester.insist(target, {
    method: 'PUT',
    to: path,
    headers: { 'content-type': mediaType, 'content-length': String(bytes.length) },
    body: () => bytes,
  });
  if (answer.status !== 201 && answer.status !== 200) throw await errorOf(answer, target.endpoint.host);
  await discard(answer);
  const digest = `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
  const said = answer.headers['docker-content-digest'];
  if (said?.startsWith('sha256:') && said !== digest) {
    throw new BoxError(
      'DAMAGED',
      `${target.endpoint.host} took another manifest than the one that was sent`,
      {
        hint: `expected ${digest}, got ${said}`,
      },
    );
  }
  return digest;
}
