import { BoxError, formatPlatform, type Platform, platformFit } from '@boxyard/spec';
import type { Descriptor } from './manifest.ts';

/** BuildKit marks attestations so, and gives them the platform unknown/unknown. */
const REFERENCE_TYPE = 'vnd.docker.reference.type';
const UNKNOWN = 'unknown';

/** The entry of an index that fits best; of equals the first. @throws BoxError NOT_FOUND that lists what there is */
export function chooseManifest(manifests: readonly Descriptor[], wanted: Platform, name: string): Descriptor {
  const images = manifests.filter((entry) => !isAttestation(entry));
  const [only] = images;
  if (only && images.length === 1 && !only.platform) return only;
  let best: Descriptor | undefined;
  let bestFit = 0;
  for (const entry of images) {
    const fit = entry.platform ? platformFit(wanted, entry.platform) : 0;
    if (fit > bestFit) [best, bestFit] = [entry, fit];
  }
  if (best) return best;
  const offered = [...new Set(images.map(({ platform }) => (platform ? formatPlatform(platform) : UNKNOWN)))];
  throw new BoxError('NOT_FOUND', `${name} has no image for ${formatPlatform(wanted)}`, {
    hint: offered.length > 0 ? `it has ${offered.join(', ')}: choose with --platform` : 'its index is empty',
  });
}

function isAttestation({ platform, annotations }: Descriptor): boolean {
  const unknown = platform?.os === UNKNOWN && platform.architecture === UNKNOWN;
  return unknown || annotations?.[REFERENCE_TYPE] !== undefined;
}
