export { type DescribedImage, describeImage } from './archives/describe.ts';
export { type LoadedImage, type LoadSource, loadImages } from './archives/load-images.ts';
export { type SavedImage, saveDocker, saveLayout } from './archives/save.ts';
export type { ImportOptions, ImportWish } from './imports/importer.ts';
export type { LayerSource, UnpackOptions } from './layers/unpack-layer.ts';
export { type LayerDescriptor, type ParsedManifest, parseManifest } from './oci/documents.ts';
export { type HistoryLine, type ImageDescription, parseImageConfig } from './oci/image-config.ts';
export { CONFIG_TYPES, LAYER_TYPES, MANIFEST_TYPES, MEDIA_TYPE } from './oci/media-types.ts';
export type { ContainerRoot } from './store/container-root.ts';
export { writeFileAtomic } from './store/files.ts';
export {
  ImageStore,
  type ImageStoreOptions,
  type NewImage,
  type Pruned,
  type StoreUsage,
} from './store/image-store.ts';
export type { AddedLayer } from './store/intake.ts';
export type { LayerInfo } from './store/layers.ts';
export type { Lease } from './store/lease.ts';
export type { Verified } from './store/verify.ts';
export type { TreeRoot } from './trees/helper.ts';
export type { TreeChange } from './trees/look.ts';
export { isWhiteout, kindOf, type ToldEntry, type ToldKind } from './trees/told.ts';
export { type ReadOptions, type ReadRequest, Trees, type WriteRequest } from './trees/trees.ts';
export type { UnpackProgress } from './worker/messages.ts';
