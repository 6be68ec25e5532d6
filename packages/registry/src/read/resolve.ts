import { createHash } from 'node:crypto';
import { BoxError, familiarReference, type ImageReference, type Platform, platformOf } from '@boxyard/spec';
import { readBounded } from '../http/body.ts';
import { errorOf } from '../http/registry-error.ts';
import type { Requester, Target } from '../http/requester.ts';
import { discard } from '../http/transport.ts';
import { retrying } from '../retry.ts';
import { chooseManifest } from './choose.ts';
import { ACCEPTED, type Descriptor, DOCUMENT_MAX_BYTES, type Manifest, parseManifest } from './manifest.ts';

export interface RemoteImage {
  /** What the name means, `sha256:…`: of the index where there is one, else of the manifest. */
  digest: string;
  /** The manifest of the platform. */
  manifest: { digest: string; mediaType: string; bytes: Buffer };
  config: Descriptor;
  /** Lowest first. */
  layers: Descriptor[];
  /** As the index says it; undefined where there is none and only the config knows. */
  platform: Platform | undefined;
}
export interface ResolveOptions {
  /** Absent: this machine's. */
  platform?: Platform | undefined;
}

/** An index may point to indexes, and no deeper (none is seen in the wild that does). */
const MAX_INDEXES = 2;

/** Reads what a name means at one registry, down to the manifest of a platform. @throws BoxError NOT_FOUND, UNSUPPORTED, DAMAGED */
export async function resolveAt(
  requester: Requester,
  target: Target,
  { reference, platform }: { reference: ImageReference } & ResolveOptions,
): Promise<RemoteImage> {
  const wanted = platform ?? platformOf(process.arch);
  const name = familiarReference(reference);
  const repository = `${target.endpoint.prefix}${reference.repository}`;
  const read = (key: string, known: Partial<Descriptor>) =>
    readDocument(requester, target, { repository, key, known, name });
  const top = await read(reference.digest ?? reference.tag ?? '', { digest: reference.digest });
  let document = top;
  let chosen: Descriptor | undefined;
  for (let indexes = 1; document.manifest.kind === 'index'; indexes++) {
    if (indexes > MAX_INDEXES) {
      throw new BoxError('UNSUPPORTED', `${name} is an index of indexes of indexes`);
    }
    chosen = chooseManifest(document.manifest.manifests, wanted, name);
    document = await read(chosen.digest, chosen);
  }
  const { digest, bytes, manifest } = document;
  const { mediaType, config, layers } = manifest;
  return {
    digest: top.digest,
    manifest: { digest, mediaType, bytes },
    config,
    layers,
    platform: chosen?.platform,
  };
}

interface Document<M extends Manifest = Manifest & { mediaType: string }> {
  digest: string;
  bytes: Buffer;
  manifest: M;
}
interface Question {
  repository: string;
  /** Tag or digest. */
  key: string;
  /** What is known about it beforehand. */
  known: Partial<Descriptor>;
  /** What the user asked for. */
  name: string;
}

/** One document, verified: its bytes are what its digest says, whatever the registry says it is. */
async function readDocument(requester: Requester, target: Target, question: Question): Promise<Document> {
  const { repository, key, known, name } = question;
  const { signal, onNote } = target;
  const policy = requester.policyFor(target);
  const fetchOnce = async () => {
    const answer = await requester.send(target, {
      method: 'GET',
      to: `/v2/${repository}/manifests/${key}`,
      headers: { accept: ACCEPTED },
    });
    if (answer.status === 404) {
      await discard(answer);
      throw new BoxError('NOT_FOUND', `${target.endpoint.host} has no image ${name}`, {
        hint: 'check name and tag; a private one needs "box login"',
      });
    }
    if (answer.status !== 200) throw await errorOf(answer, target.endpoint.host);
    return { answer, bytes: await readBounded(answer, DOCUMENT_MAX_BYTES, signal) };
  };
  const { answer, bytes } = await retrying(fetchOnce, { policy, signal, onNote });
  const digest = `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
  const said = answer.headers['docker-content-digest'];
  if ((known.digest ?? digest) !== digest || (said?.startsWith('sha256:') && said !== digest)) {
    throw new BoxError(
      'DAMAGED',
      `${target.endpoint.host} sent a manifest of ${name} that is not what its digest says`,
      {
        hint: `expected ${known.digest ?? said}, got ${digest}`,
      },
    );
  }
  if (known.size !== undefined && known.size !== bytes.length) {
    throw new BoxError(
      'DAMAGED',
      `a manifest of ${name} has ${bytes.length} bytes, its index says ${known.size}`,
    );
  }
  const type = known.mediaType ?? answer.headers['content-type'];
  return { digest, bytes, manifest: parseManifest(bytes, type) };
}
