/** Media types of OCI image-spec 1.1 and of Docker's image manifest version 2, schema 2. */
export const MEDIA_TYPE = {
  index: 'application/vnd.oci.image.index.v1+json',
  manifest: 'application/vnd.oci.image.manifest.v1+json',
  config: 'application/vnd.oci.image.config.v1+json',
  layer: 'application/vnd.oci.image.layer.v1.tar',
  layerGzip: 'application/vnd.oci.image.layer.v1.tar+gzip',
  layerZstd: 'application/vnd.oci.image.layer.v1.tar+zstd',
  dockerIndex: 'application/vnd.docker.distribution.manifest.list.v2+json',
  dockerManifest: 'application/vnd.docker.distribution.manifest.v2+json',
  dockerConfig: 'application/vnd.docker.container.image.v1+json',
  dockerLayer: 'application/vnd.docker.image.rootfs.diff.tar',
  dockerLayerGzip: 'application/vnd.docker.image.rootfs.diff.tar.gzip',
} as const;

export const INDEX_TYPES: ReadonlySet<string> = new Set([MEDIA_TYPE.index, MEDIA_TYPE.dockerIndex]);
export const MANIFEST_TYPES: ReadonlySet<string> = new Set([MEDIA_TYPE.manifest, MEDIA_TYPE.dockerManifest]);
export const CONFIG_TYPES: ReadonlySet<string> = new Set([MEDIA_TYPE.config, MEDIA_TYPE.dockerConfig]);
/** How a layer is compressed is told by its first bytes: the names are here to know layers from other things. */
export const LAYER_TYPES: ReadonlySet<string> = new Set([
  MEDIA_TYPE.layer,
  MEDIA_TYPE.layerGzip,
  MEDIA_TYPE.layerZstd,
  MEDIA_TYPE.dockerLayer,
  MEDIA_TYPE.dockerLayerGzip,
  'application/vnd.docker.image.rootfs.diff.tar.zstd',
  // Layers that may not be distributed are layers all the same once they are here.
  'application/vnd.oci.image.layer.nondistributable.v1.tar',
  'application/vnd.oci.image.layer.nondistributable.v1.tar+gzip',
  'application/vnd.oci.image.layer.nondistributable.v1.tar+zstd',
  'application/vnd.docker.image.rootfs.foreign.diff.tar',
  'application/vnd.docker.image.rootfs.foreign.diff.tar.gzip',
]);
