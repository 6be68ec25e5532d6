import { BoxError, type Image } from '@boxyard/spec';
import type { LayerDescriptor } from '../oci/documents.ts';
import type { BlobStore } from './blobs.ts';
import type { StoredManifest } from './catalog.ts';
import type { LayerIntake } from './intake.ts';
import type { LayerStore } from './layers.ts';
import type { Mutex } from './mutex.ts';

/** A blob or layer that is not what its digest says. */
export interface FoundDamage {
  kind: 'blob' | 'layer';
  /** 64 hex digits. */
  digest: string;
  /** What is wrong, in words. */
  what: string;
}

export interface Verified {
  blobs: number;
  layers: number;
  /** Bytes of the blobs that were read. */
  bytes: number;
  damaged: FoundDamage[];
  /** Layers (diff ids) that cannot be verified: an older store did not keep what they were made of. */
  unknown: string[];
}

export interface VerifyOptions {
  signal?: AbortSignal | undefined;
  /** Bytes of blobs read so far, of all. */
  onProgress?: ((read: number, total: number) => void) | undefined;
}

interface Parts {
  blobs: BlobStore;
  layers: LayerStore;
  intake: LayerIntake;
  changes: Mutex;
}

/**
 * Reads every document, blob and layer of these images. A layer's tree is compared with what its blob becomes when it is unpacked anew,
 * so nothing but the digests is trusted. A damaged blob is taken away and a damaged layer marked: whoever gets the image again heals it.
 */
export async function verifyImages(
  parts: Parts,
  images: readonly { image: Image; manifests: readonly StoredManifest[] }[],
  options: VerifyOptions,
): Promise<Verified> {
  const verified: Verified = { blobs: 0, layers: 0, bytes: 0, damaged: [], unknown: [] };
  const documents = images.flatMap(({ image, manifests }) => [
    image.id,
    ...manifests.map(({ manifest }) => manifest),
  ]);
  for (const digest of new Set(documents)) {
    verified.blobs++;
    const what = await damageOf(() => parts.blobs.get(digest));
    if (what !== undefined) verified.damaged.push({ kind: 'blob', digest, what });
  }
  const all = images.flatMap(({ manifests }) => manifests.flatMap(({ layers }) => layers));
  const layers = [...new Map(all.map((layer) => [`${layer.digest} ${layer.diffId}`, layer])).values()];
  const total = layers.reduce((sum, { size }) => sum + size, 0);
  const trees = new Set<string>();
  let done = 0;
  for (const layer of layers) {
    const before = done;
    await verifyLayer(parts, layer, {
      verified,
      trees,
      options: {
        signal: options.signal,
        onProgress: ({ read }) => options.onProgress?.(before + read, total),
      },
    });
    done += layer.size;
    options.onProgress?.(done, total);
  }
  return verified;
}

interface LayerRun {
  verified: Verified;
  /** Diff ids whose trees were looked at. */
  trees: Set<string>;
  options: Parameters<LayerIntake['verify']>[1];
}

async function verifyLayer(parts: Parts, layer: LayerDescriptor, run: LayerRun): Promise<void> {
  const { blobs, layers, intake, changes } = parts;
  const { verified, trees } = run;
  const short = layer.digest.slice(0, 12);
  if ((await blobs.size(layer.digest)) === undefined) {
    // So older stores named layers whose archive they had thrown away.
    if (layer.digest === layer.diffId) verified.unknown.push(layer.diffId);
    else {
      verified.damaged.push({ kind: 'blob', digest: layer.digest, what: `blob ${short} is missing` });
    }
    return;
  }
  verified.blobs++;
  verified.bytes += layer.size;
  const found = await intake.verify(layer, run.options);
  if (found.blob !== undefined) {
    await changes.run(() => blobs.remove(layer.digest));
    verified.damaged.push({ kind: 'blob', digest: layer.digest, what: found.blob });
    return;
  }
  if (trees.has(layer.diffId)) return;
  trees.add(layer.diffId);
  verified.layers++;
  if (found.tree === undefined) return;
  const what = `layer ${layer.diffId.slice(0, 12)}: ${found.tree}`;
  await changes.run(() => layers.markDamaged(layer.diffId, found.tree as string));
  verified.damaged.push({ kind: 'layer', digest: layer.diffId, what });
}

async function damageOf(read: () => Promise<unknown>): Promise<string | undefined> {
  try {
    await read();
    return undefined;
  } catch (error) {
    const { code, message } = BoxError.from(error);
    if (code === 'DAMAGED') return message;
    throw error;
  }
}
