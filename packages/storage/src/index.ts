export type { ContainerRoot } from './store/container-root.ts';
export {
  ImageStore,
  type ImageStoreOptions,
  type ImportOptions,
  type ImportWish,
} from './store/image-store.ts';
export type { UnpackProgress } from './worker/messages.ts';
