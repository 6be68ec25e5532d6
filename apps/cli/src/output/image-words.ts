import type { ContainerDetails, ImageView } from '@boxyard/api';

/**
 * For templates: an image under the names that Docker's inspect has beside our own, so that `{{.RepoTags}}` and `{{.Config.WorkingDir}}`
 * of other people's scripts work. Anything else as it is. JSON stays what the API gives.
 */
export function withDockerWords(value: ContainerDetails | ImageView): object {
  if (!('manifest' in value)) return value;
  const { config, digests, platform, tags } = value;
  return {
    ...value,
    RepoTags: tags,
    RepoDigests: digests,
    Created: new Date(value.createdAt).toISOString(),
    Os: platform.os,
    Architecture: platform.architecture,
    Variant: platform.variant ?? '',
    RootFS: { Type: 'layers', Layers: value.layers.map((diffId) => `sha256:${diffId}`) },
    config: { ...config, WorkingDir: config.workdir ?? '' },
  };
}
