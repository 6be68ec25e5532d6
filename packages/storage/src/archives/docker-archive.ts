/** manifest.json of `docker save` (moby image-spec v1.2, "Combined Image JSON + Filesystem Changeset Format"). Pure codecs. */
import { BoxError } from '@boxyard/spec';
import { damaged, list, parseJson, record, string } from '../oci/parse.ts';

/** Its name in the archive. */
export const DOCKER_MANIFEST = 'manifest.json';

/** One image of the archive; all but `tags` are names of files in it. */
export interface DockerImage {
  config: string;
  /** Lowest first. */
  layers: string[];
  /** As they are written there. */
  tags: string[];
}

export function formatDockerManifest(images: readonly DockerImage[]): Buffer {
  return Buffer.from(
    `${JSON.stringify(
      images.map(({ config, layers, tags }) => ({
        Config: config,
        // Docker tells an image without names from one whose names are missing by null.
        RepoTags: tags.length === 0 ? null : tags,
        Layers: layers,
      })),
    )}\n`,
  );
}

/** Throws BoxError DAMAGED; INVALID_ARGUMENT when it lists nothing. */
export function parseDockerManifest(bytes: Uint8Array): DockerImage[] {
  const images = list(parseJson(bytes, DOCKER_MANIFEST), DOCKER_MANIFEST).map((value): DockerImage => {
    const image = record(value, DOCKER_MANIFEST);
    const texts = (key: string) =>
      list(image[key] ?? [], DOCKER_MANIFEST).map((text) => string(text, DOCKER_MANIFEST));
    // What is a manifest of a registry too could be shown to different readers as different images.
    if (image.manifests !== undefined || image.mediaType !== undefined) {
      throw damaged(DOCKER_MANIFEST, 'is several kinds of document at once');
    }
    return {
      config: string(image.Config, DOCKER_MANIFEST),
      layers: texts('Layers'),
      tags: texts('RepoTags'),
    };
  });
  if (images.length > 0) return images;
  throw new BoxError('INVALID_ARGUMENT', 'the archive holds no image', { hint: 'save it again' });
}
