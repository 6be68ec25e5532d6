import { randomBytes } from 'node:crypto';
import { chmod, lstat, mkdir, readdir, rename } from 'node:fs/promises';
import { join } from 'node:path';
import type { Syscalls } from '@boxyard/kernel';
import { BoxError, type Image, type ImageConfig, normalizeReference } from '@boxyard/spec';
import { BUILTIN_TAG, builtinArchive, builtinConfig } from '../builtin/busybox.ts';
import { findImports } from '../imports/find.ts';
import { importFailure, parseName } from '../imports/names.ts';
import { type LayerSource, type UnpackOptions, unpackLayer } from '../layers/unpack-layer.ts';
import type { UnpackResult } from '../worker/messages.ts';
import { runJob } from '../worker/run.ts';
import { Catalog } from './catalog.ts';
import { type ContainerRoot, createContainerRoot } from './container-root.ts';
import { syncDirectory } from './files.ts';
import { openLayout, type StorePaths, storePaths } from './layout.ts';
import { Mutex } from './mutex.ts';
import { resolveImage } from './resolve.ts';
import { Trash } from './trash.ts';

export interface ImageStoreOptions {
  /** $BOXYARD_ROOT. The caller holds its lock: two stores on one root would sweep each other's work away. */
  root: string;
  kernel: Syscalls;
  /** The file native/build/boxshim. */
  helperPath: string;
  /** Told of what went wrong without failing a call: an image that cannot be read, a tree that cannot be deleted. */
  onWarning?: (message: string, error?: unknown) => void;
}

export interface ImportOptions extends UnpackOptions {
  /** A line for each thing that was left out (attributes of the host, sockets). */
  onWarning?: ((message: string) => void) | undefined;
}

export interface ImportWish {
  /** `name[:tag]`; for a path the default is its name without the ending. */
  name?: string | undefined;
  /** Wins over what an image.json says. */
  config?: Partial<ImageConfig> | undefined;
}

/** Images, their layers, and the trees of containers, below $BOXYARD_ROOT. See docs/architecture.md, "On disk". */
export class ImageStore implements AsyncDisposable {
  /** 8 hex digits, the same for the life of this root: part of every name that the whole host sees. */
  readonly instanceId: string;
  readonly #paths: StorePaths;
  readonly #kernel: Syscalls;
  readonly #helper: number;
  readonly #catalog: Catalog;
  readonly #trash: Trash;
  /** Held by everything that changes which images and layers there are. */
  readonly #changes = new Mutex();
  /** Staging directories of imports under way. */
  readonly #importing = new Set<string>();
  #builtin: Promise<Image> | undefined;

  private constructor(
    options: ImageStoreOptions,
    parts: { instanceId: string; paths: StorePaths; catalog: Catalog },
  ) {
    this.instanceId = parts.instanceId;
    this.#paths = parts.paths;
    this.#kernel = options.kernel;
    this.#helper = options.kernel.loadHelper(options.helperPath);
    this.#catalog = parts.catalog;
    this.#trash = new Trash({
      kernel: options.kernel,
      helper: this.#helper,
      directory: parts.paths.trash,
      onFailure: (error) => options.onWarning?.('a tree in the trash could not be deleted', error),
    });
  }

  /**
   * Opens or makes the store and sweeps what an interrupted run left: unfinished layers, trash, and layers and blobs that no image
   * needs (unless an image is damaged: then nothing is collected). Throws BoxError DAMAGED for a damaged layout.json or index.json.
   */
  static async open(options: ImageStoreOptions): Promise<ImageStore> {
    const paths = storePaths(options.root);
    const { instanceId } = await openLayout(paths);
    const catalog = await Catalog.open(paths, (diffId) => isDirectory(join(paths.layers, diffId)));
    for (const { error } of catalog.broken) options.onWarning?.(error.message, error);
    const store = new ImageStore(options, { instanceId, paths, catalog });
    for (const name of await readdir(paths.staging)) await store.#trash.take(join(paths.staging, name));
    await store.#collect();
    store.#trash.sweep();
    return store;
  }

  /** All images, newest first. */
  list(): Image[] {
    return this.#catalog.list();
  }

  /** Images in the index that cannot be read, with the reason. */
  get broken(): Catalog['broken'] {
    return this.#catalog.broken;
  }

  /** By name or unique prefix of the id. Throws BoxError NOT_FOUND, AMBIGUOUS. */
  resolve(reference: string): Image {
    return resolveImage(this.list(), reference);
  }

  /** Gives an image a further name; another image that had it loses it. */
  async tag(reference: string, name: string): Promise<Image> {
    const tag = parseName(name);
    return this.#changes.run(() => this.#catalog.setTag(this.resolve(reference), tag));
  }

  /**
   * Takes a name away, and the image with its last one. Given an id, all names go, which needs `force` when there are several. An image
   * that containers use (`inUse` names them) stays: IN_USE, or with `force` it only loses its names.
   */
  async remove(
    reference: string,
    options: { force: boolean; inUse: (imageId: string) => readonly string[] },
  ): Promise<{ untagged: string[]; deleted: string[] }> {
    return this.#changes.run(async () => {
      const name = normalizeReference(reference);
      if (name && (await this.#catalog.removeBroken(name))) return { untagged: [name], deleted: [] };
      const image = this.resolve(reference);
      const byName = name !== undefined && image.tags.includes(name);
      if (byName && image.tags.length > 1) {
        await this.#catalog.removeTags(image, [name]);
        return { untagged: [name], deleted: [] };
      }
      if (!byName && image.tags.length > 1 && !options.force) {
        throw new BoxError('IN_USE', `image ${image.id.slice(0, 12)} has ${image.tags.length} names`, {
          hint: `remove them one by one (${image.tags.join(', ')}) or use --force`,
        });
      }
      const users = options.inUse(image.id);
      if (users.length > 0 && !options.force) {
        throw new BoxError(
          'IN_USE',
          `image ${image.tags[0] ?? image.id.slice(0, 12)} is used by ${users.join(', ')}`,
          {
            hint: `remove ${users.length === 1 ? 'that box' : 'those boxes'} first, or use --force to take only its name away`,
            details: { containers: users },
          },
        );
      }
      if (users.length > 0) {
        await this.#catalog.removeTags(image, image.tags);
        return { untagged: image.tags, deleted: [] };
      }
      await this.#catalog.remove(image);
      await this.#collect();
      return { untagged: image.tags, deleted: [image.id] };
    });
  }

  /**
   * Imports an archive (plain, gzip, zstd or xz), a directory with image.json and rootfs/, a directory of such directories, or a
   * directory that is a root file system. All or nothing for each image. Throws BoxError.
   */
  async importPath(path: string, wish: ImportWish = {}, options: ImportOptions = {}): Promise<Image[]> {
    const images: Image[] = [];
    try {
      for (const found of await findImports(path, wish)) {
        images.push(await this.#import(found.source, found, options));
      }
    } catch (error) {
      throw importFailure(error, path);
    }
    return images;
  }

  /** Imports an archive as it arrives. */
  async importStream(
    chunks: AsyncIterable<Uint8Array>,
    wish: { name: string; config?: Partial<ImageConfig> | undefined },
    options: ImportOptions = {},
  ): Promise<Image> {
    try {
      const what = { tag: parseName(wish.name), config: wish.config ?? {}, createdBy: 'box import -' };
      return await this.#import({ kind: 'stream', chunks }, what, options);
    } catch (error) {
      throw importFailure(error, wish.name);
    }
  }

  /** `busybox:latest` from the host's static busybox, so that the first run needs no registry. Made once; nothing when it is there. */
  async ensureBuiltin(): Promise<Image> {
    const present = this.list().find(({ tags }) => tags.includes(BUILTIN_TAG));
    if (present) return present;
    this.#builtin ??= this.#makeBuiltin().finally(() => {
      this.#builtin = undefined;
    });
    return this.#builtin;
  }

  /** The layers' directories, uppermost first, as `Syscalls.overlay` takes them. */
  layerPaths(image: Image): string[] {
    return image.layers.map((diffId) => join(this.#paths.layers, diffId)).reverse();
  }

  /** Makes `upper` and `work` in a container's directory. */
  createContainerRoot(directory: string, image: Image): Promise<ContainerRoot> {
    return createContainerRoot(directory, this.layerPaths(image));
  }

  /** Takes a tree away: it is gone from its place when this resolves and deleted in the background. Missing is gone. */
  removeTree(path: string): Promise<void> {
    return this.#trash.take(path);
  }

  /** Waits until nothing is being deleted any more. */
  emptyTrash(): Promise<void> {
    return this.#trash.settled();
  }

  /** Bytes on disk of a tree, counted in a Worker. */
  async usage(path: string, options: { signal?: AbortSignal } = {}): Promise<number> {
    const answer = await runJob({ kind: 'usage', path }, options);
    if (answer.kind !== 'usage') throw new BoxError('INTERNAL', `the worker answered ${answer.kind}`);
    return answer.bytes;
  }

  /** Paths that nothing needs and nobody is working on, for `box doctor --leaks`. */
  async leftovers(): Promise<string[]> {
    await this.#trash.settled();
    return this.#changes.run(async () => {
      const { staging, trash } = this.#paths;
      const waiting = await Promise.all(
        [staging, trash].map(async (directory) =>
          (await readdir(directory)).map((name) => join(directory, name)),
        ),
      );
      const { layers, blobs } = await this.#unneeded();
      return [
        ...waiting.flat().filter((path) => !this.#importing.has(path)),
        ...layers.map((diffId) => join(this.#paths.layers, diffId)),
        ...blobs.map((digest) => join(this.#paths.blobs, digest)),
      ];
    });
  }

  /** Waits for what is being deleted. Imports must have ended. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#trash[Symbol.asyncDispose]();
  }

  async #makeBuiltin(): Promise<Image> {
    try {
      const { chunks, createdBy } = await builtinArchive();
      const what = { tag: BUILTIN_TAG, config: builtinConfig(), createdBy };
      return await this.#import({ kind: 'stream', chunks }, what, {});
    } catch (error) {
      throw importFailure(error, BUILTIN_TAG);
    }
  }

  async #import(
    source: LayerSource,
    what: { tag: string; config: ImageConfig; createdBy: string },
    options: ImportOptions,
  ): Promise<Image> {
    const directory = join(this.#paths.staging, randomBytes(8).toString('hex'));
    this.#importing.add(directory);
    try {
      await mkdir(directory);
      // An archive without an entry for its root leaves it like this; mkdir's mode is cut by the umask.
      await chmod(directory, 0o755);
      const layer = await unpackLayer(this.#kernel, { helper: this.#helper, directory }, source, options);
      for (const warning of layer.warnings) options.onWarning?.(warning);
      return await this.#changes.run(async () => {
        await this.#keepLayer(directory, layer);
        return this.#catalog.add(
          {
            createdAt: Date.now(),
            config: what.config,
            layers: [{ diffId: layer.diffId, archiveBytes: layer.archiveBytes, bytes: layer.bytes }],
            createdBy: what.createdBy,
          },
          what.tag,
        );
      });
    } finally {
      // Gone already when it became the layer.
      await this.#trash.take(directory);
      this.#importing.delete(directory);
    }
  }

  /** The staged directory becomes the layer, unless the same layer is there already. */
  async #keepLayer(directory: string, { diffId }: UnpackResult): Promise<void> {
    try {
      await rename(directory, join(this.#paths.layers, diffId));
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'ENOTEMPTY' || code === 'EEXIST') return;
      throw error;
    }
    await syncDirectory(this.#paths.layers);
  }

  /** Layers and blobs on disk that no image needs. Nothing when that cannot be known. */
  async #unneeded(): Promise<{ layers: string[]; blobs: string[] }> {
    const needed = this.#catalog.needed();
    if (!needed) return { layers: [], blobs: [] };
    const layers = (await readdir(this.#paths.layers)).filter((name) => !needed.layers.has(name));
    const blobs = (await this.#catalog.blobs.list()).filter((digest) => !needed.blobs.has(digest));
    return { layers, blobs };
  }

  async #collect(): Promise<void> {
    const { layers, blobs } = await this.#unneeded();
    for (const name of layers) await this.#trash.take(join(this.#paths.layers, name));
    for (const digest of blobs) await this.#catalog.blobs.remove(digest);
  }
}

async function isDirectory(path: string): Promise<boolean> {
  try {
    return (await lstat(path)).isDirectory();
  } catch {
    return false;
  }
}
