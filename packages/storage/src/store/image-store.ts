import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Syscalls } from '@boxyard/kernel';
import { BoxError, type Image, type ImageConfig, type Platform, platformOf } from '@boxyard/spec';
import { Importer, type ImportOptions, type ImportWish } from '../imports/importer.ts';
import { parseName } from '../imports/names.ts';
import type { UnpackOptions } from '../layers/unpack-layer.ts';
import { formatManifest, type LayerDescriptor, parseManifest } from '../oci/documents.ts';
import { formatImageConfig, type HistoryLine, parseImageConfig } from '../oci/image-config.ts';
import { runJob } from '../worker/run.ts';
import { BlobStore, sha256 } from './blobs.ts';
import { Catalog } from './catalog.ts';
import { Collector } from './collector.ts';
import { type ContainerRoot, createContainerRoot } from './container-root.ts';
import { Flush } from './flush.ts';
import { type AddedLayer, LayerIntake, type Scratch } from './intake.ts';
import { type LayerInfo, LayerStore } from './layers.ts';
import { openLayout, type StorePaths, storePaths } from './layout.ts';
import type { Lease } from './lease.ts';
import { Mutex } from './mutex.ts';
import { hasName, isNamed, withoutName } from './names.ts';
import { isOpaque } from './opaque.ts';
import { ParentDirectories } from './parents.ts';
import { nameOf, resolveImage } from './resolve.ts';
import { Trash } from './trash.ts';
import { type Verified, type VerifyOptions, verifyImages } from './verify.ts';

export interface ImageStoreOptions {
  /** $BOXYARD_ROOT. The caller holds its lock: two stores on one root would sweep each other's work away. */
  root: string;
  kernel: Syscalls;
  /** The file native/build/boxshim. */
  helperPath: string;
  /** Names of what runs on a layer (diff id) now: a damaged one is not replaced under it. */
  runningOn?: (diffId: string) => readonly string[];
  /** Told of what went wrong without failing a call: an image that cannot be read, a tree that cannot be deleted. */
  onWarning?: (message: string, error?: unknown) => void;
}

/** What an image made here is made of. */
export interface NewImage {
  /** Lowest first; they must be in the store. */
  layers: readonly LayerDescriptor[];
  config: ImageConfig;
  /** Oldest first; one line for each layer, and any that made none. */
  history: readonly HistoryLine[];
  /** Unix milliseconds. */
  createdAt: number;
  author?: string | undefined;
  /** Default: this host's. */
  platform?: Platform | undefined;
  /** Absent: an image without a name. */
  tag?: string | undefined;
}

/** What a clean-up of images takes. Bytes are those on disk. */
export interface Pruned {
  images: Image[];
  layers: { id: string; bytes: number }[];
  blobs: { id: string; bytes: number }[];
}

/** Bytes on disk. */
export interface StoreUsage {
  /** Layers and blobs. */
  images: number;
  /** Everything else at the top of the root, by name. */
  others: ReadonlyMap<string, number>;
}

/** Every file system that we know of gives files whole blocks of this size. */
const BLOCK_BYTES = 4096;
const onDisk = (bytes: number) => Math.ceil(bytes / BLOCK_BYTES) * BLOCK_BYTES;

interface Parts {
  instanceId: string;
  paths: StorePaths;
  blobs: BlobStore;
  layers: LayerStore;
  catalog: Catalog;
  parents: ParentDirectories;
}

/** Images, their layers, and the trees of containers, below $BOXYARD_ROOT. See docs/architecture.md, "On disk". */
export class ImageStore implements AsyncDisposable {
  /** 8 hex digits, the same for the life of this root: part of every name that the whole host sees. */
  readonly instanceId: string;
  readonly #paths: StorePaths;
  readonly #blobs: BlobStore;
  readonly #layers: LayerStore;
  readonly #catalog: Catalog;
  readonly #parents: ParentDirectories;
  readonly #trash: Trash;
  readonly #intake: LayerIntake;
  readonly #flush: Flush;
  /** Held by everything that changes which images and layers there are. */
  readonly #changes = new Mutex();
  readonly #collector: Collector;
  readonly #importer: Importer;

  private constructor(options: ImageStoreOptions, parts: Parts) {
    const { kernel, helperPath, onWarning, runningOn = () => [] } = options;
    const { paths, blobs, layers } = parts;
    const helper = kernel.loadHelper(helperPath);
    this.instanceId = parts.instanceId;
    this.#paths = paths;
    this.#blobs = blobs;
    this.#layers = layers;
    this.#catalog = parts.catalog;
    this.#parents = parts.parents;
    this.#trash = new Trash({
      kernel,
      helper,
      directory: paths.trash,
      onFailure: (error) => onWarning?.('a tree in the trash could not be deleted', error),
    });
    this.#flush = new Flush(paths.root, layers, (error) =>
      onWarning?.('the disk could not be asked to keep what was pulled', error),
    );
    const shared = { blobs, layers, trash: this.#trash, changes: this.#changes };
    this.#intake = new LayerIntake({ ...shared, kernel, helper, paths, flush: this.#flush, runningOn });
    this.#collector = new Collector({
      ...shared,
      directory: paths.layers,
      catalog: parts.catalog,
      parents: parts.parents,
      onFailure: (error) => onWarning?.('what failed work left could not be removed', error),
    });
    this.#importer = new Importer({
      list: () => this.list(),
      lease: () => this.lease(),
      add: (lease, source, importOptions) => this.#intake.add(lease, source, importOptions),
      create: (lease, wish) => this.createImage(lease, wish),
      setTag: (image, tag) => this.#changes.run(() => this.#catalog.setTag(image, tag)),
      isWhole: (image) => this.#isWhole(image),
    });
  }

  /**
   * Opens or makes the store and sweeps what an interrupted run left: unfinished layers, trash, and layers and blobs that no image
   * needs (unless an image is damaged: then nothing is collected). Throws BoxError DAMAGED for a damaged layout.json or index.json.
   */
  static async open(options: ImageStoreOptions): Promise<ImageStore> {
    const paths = storePaths(options.root);
    const { instanceId } = await openLayout(paths);
    const blobs = new BlobStore(paths.blobs);
    const layers = await LayerStore.open(paths);
    const parents = await ParentDirectories.open(paths.parents, layers);
    const catalog = await Catalog.open(paths, { blobs, layers });
    for (const { error } of catalog.broken) options.onWarning?.(error.message, error);
    const store = new ImageStore(options, { instanceId, paths, blobs, layers, catalog, parents });
    for (const name of await readdir(paths.staging)) await store.#trash.take(join(paths.staging, name));
    await store.#recover((error) => options.onWarning?.(error.message, error));
    await store.#collector.collect();
    store.#trash.sweep();
    return store;
  }

  /** Keeps what is added or touched under it from being collected until it is disposed of; what no image needs goes then. */
  lease(): Lease {
    return this.#collector.lease();
  }

  /** Keeps an image's documents, layers and blobs, also when it is removed meanwhile. */
  hold(lease: Lease, image: Image): void {
    lease.holdImage(image);
    for (const { manifest, layers } of this.#catalog.manifests(image)) {
      lease.holdBlob(manifest);
      for (const { digest } of layers) lease.holdBlob(digest);
    }
  }

  /** Whether a blob (64 hex) is there. Without a lease that holds it, it may be gone the next moment. */
  async hasBlob(digest: string): Promise<boolean> {
    return (await this.#blobs.size(digest)) !== undefined;
  }

  /** Bytes of a blob; undefined when it is not there. */
  blobSize(digest: string): Promise<number | undefined> {
    return this.#blobs.size(digest);
  }

  /** The bytes of a blob as they are on disk, from an offset. Throws BoxError DAMAGED when it is missing. */
  readBlob(digest: string, from = 0): AsyncIterable<Uint8Array> {
    return this.#blobs.stream(digest, from);
  }

  /** What is known of an unpacked layer; undefined for one of an older store. */
  layerInfo(diffId: string): LayerInfo | undefined {
    return this.#layers.info(diffId);
  }

  /** An empty directory for files that come and go, on the file system of the store; disposing of it removes it. */
  scratch(): Promise<Scratch> {
    return this.#intake.scratch();
  }

  /** Keeps a manifest or configuration. Throws BoxError DAMAGED when the bytes are not those of the digest (64 hex). */
  async putDocument(lease: Lease, bytes: Uint8Array, digest: string): Promise<void> {
    const got = sha256(bytes);
    if (got !== digest) {
      throw new BoxError('DAMAGED', `a document has the digest sha256:${got} instead of sha256:${digest}`, {
        hint: 'try again; when it stays so, where it comes from is damaged or lies',
      });
    }
    lease.holdBlob(digest);
    await this.#changes.run(() => this.#blobs.put(bytes));
  }

  /**
   * Makes sure that a layer's blob and tree are there and sound. When they are not, `open` is asked for the blob, which is hashed, kept,
   * unpacked and compared with what was announced while it comes. Two who want the same layer share the work; when the one who does it
   * fails or is cancelled, the other goes on with its own `open`. Throws BoxError: DAMAGED names both digests, nothing is kept then.
   */
  ensureLayer(
    lease: Lease,
    layer: LayerDescriptor,
    open: () => AsyncIterable<Uint8Array>,
    options: UnpackOptions = {},
  ): Promise<'present' | 'stored'> {
    return this.#intake.ensure(lease, layer, open, options);
  }

  /** Makes a layer of an archive (plain, gzip, zstd, xz). The blob is kept as it came when that was gzip or zstd, else as gzip. */
  addLayer(
    lease: Lease,
    chunks: AsyncIterable<Uint8Array>,
    options: UnpackOptions = {},
  ): Promise<AddedLayer> {
    return this.#intake.add(lease, { kind: 'stream', chunks }, options);
  }

  /**
   * Makes an image of a manifest whose configuration and layers are in the store. The same configuration under another manifest is the
   * same image, with the names of both. Throws BoxError DAMAGED, UNSUPPORTED.
   */
  async addImage(
    lease: Lease,
    wish: { manifest: Uint8Array; tag?: string | undefined; digests?: readonly string[] | undefined },
  ): Promise<Image> {
    const tags = wish.tag === undefined ? [] : [parseName(wish.tag)];
    const { config, layers } = parseManifest(wish.manifest, `the manifest of ${tags[0] ?? 'the image'}`);
    lease.holdBlob(config);
    for (const { digest } of layers) lease.holdBlob(digest);
    const digest = sha256(wish.manifest);
    await this.putDocument(lease, wish.manifest, digest);
    return this.#changes.run(async () => {
      await this.#makeParents(config);
      const names = { tags, digests: [...(wish.digests ?? [])] };
      return this.#catalog.add({ digest, size: wish.manifest.length }, names);
    });
  }

  /** Makes an image of layers that are in the store. The same wish always gives the same digests. */
  async createImage(lease: Lease, wish: NewImage): Promise<Image> {
    const config = formatImageConfig({
      createdAt: wish.createdAt,
      author: wish.author ?? '',
      platform: wish.platform ?? platformOf(process.arch),
      config: wish.config,
      history: wish.history,
      diffIds: wish.layers.map(({ diffId }) => diffId),
    });
    const digest = sha256(config);
    await this.putDocument(lease, config, digest);
    const manifest = formatManifest({ digest, size: config.length }, wish.layers);
    return this.addImage(lease, { manifest, tag: wish.tag });
  }

  /** Remembers a `name@sha256:…` under which a registry has an image's manifest (64 hex). */
  addDigest(image: Image, manifest: string, digest: string): Promise<void> {
    return this.#changes.run(() => this.#catalog.addDigest(image, manifest, digest));
  }

  /** The two documents, byte by byte as they came. `name`: of the manifest that has it, else of the one that came last. */
  async documents(image: Image, name?: string): Promise<{ manifest: Buffer; config: Buffer }> {
    const manifests = this.#catalog.manifests(image);
    const named = name === undefined ? undefined : manifests.find((one) => hasName(one, name));
    const [manifest, config] = await Promise.all([
      this.#blobs.get(named?.manifest ?? image.manifest),
      this.#blobs.get(image.id),
    ]);
    return { manifest, config };
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
      const name = nameOf(reference);
      if (name && (await this.#catalog.removeBroken(name))) return { untagged: [name], deleted: [] };
      const image = this.resolve(reference);
      const byName = name !== undefined && hasName(image, name);
      if (byName && isNamed(withoutName(image, name))) {
        await this.#catalog.removeNames(image, [name]);
        return { untagged: [name], deleted: [] };
      }
      if (!byName && image.tags.length > 1 && !options.force) {
        throw new BoxError('IN_USE', `image ${image.id.slice(0, 12)} has ${image.tags.length} names`, {
          hint: `remove them one by one (${image.tags.join(', ')}) or use --force`,
        });
      }
      if (!options.force && this.#collector.isHeld(image)) {
        throw new BoxError('IN_USE', `image ${image.tags[0] ?? image.id.slice(0, 12)} is being worked on`, {
          hint: 'a pull, push or save of it is under way, or a box being made of it: try again when that has ended',
        });
      }
      const users = this.#collector.isHeld(image) ? ['work under way'] : options.inUse(image.id);
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
      const names = [...image.tags, ...image.digests];
      if (users.length > 0) {
        await this.#catalog.removeNames(image, names);
        return { untagged: names, deleted: [] };
      }
      await this.#catalog.remove([image]);
      await this.#collector.collect();
      return { untagged: names, deleted: [image.id] };
    });
  }

  /**
   * Imports an archive (plain, gzip, zstd or xz), a directory with image.json and rootfs/, a directory of such directories, or a
   * directory that is a root file system. All or nothing for each image. Throws BoxError.
   */
  importPath(path: string, wish: ImportWish = {}, options: ImportOptions = {}): Promise<Image[]> {
    return this.#importer.path(path, wish, options);
  }

  /** Imports an archive as it arrives. */
  importStream(
    chunks: AsyncIterable<Uint8Array>,
    wish: ImportWish & { name: string },
    options: ImportOptions = {},
  ): Promise<Image> {
    return this.#importer.stream(chunks, wish, options);
  }

  /** `busybox:latest` from the host's static busybox, so that the first run needs no registry. Made once; nothing when it is there. */
  ensureBuiltin(): Promise<Image> {
    return this.#importer.builtin();
  }

  /** The layers' directories, uppermost first, as `Syscalls.overlay` takes them. Those that nothing is seen of are left out. */
  layerPaths(image: Image): string[] {
    const paths = image.layers.map((diffId) => this.#layers.path(diffId)).reverse();
    // Overlay looks at the mark of every directory but the topmost, where it merges whatever is there.
    const opaque = paths.findIndex(isOpaque);
    const parents = this.#parents.of(image.id);
    return [
      ...(parents === undefined ? [] : [parents]),
      ...(opaque === -1 ? paths : paths.slice(0, opaque + 1)),
    ];
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
    return (await this.usages([path], options))[0] ?? 0;
  }

  /** Bytes on disk of each of these files and trees, counted in a Worker one after the other; what is not there has none. */
  async usages(paths: readonly string[], options: { signal?: AbortSignal } = {}): Promise<number[]> {
    if (paths.length === 0) return [];
    const answer = await runJob({ kind: 'usage', paths }, options);
    if (answer.kind !== 'usage') throw new BoxError('INTERNAL', `the worker answered ${answer.kind}`);
    return answer.bytes;
  }

  /** Of an image's size: bytes of layers that other images have too. */
  sharedSize({ layers }: Image): number {
    return [...new Set(layers)]
      .filter((diffId) => this.#catalog.layerUsers(diffId) > 1)
      .reduce((sum, diffId) => sum + (this.#layers.info(diffId)?.bytes ?? 0), 0);
  }

  /**
   * Takes images away, with the layers and blobs that no other image and no lease needs; `dryRun` says the same and takes nothing.
   * Images that somebody works on stay.
   */
  async prune(
    wanted: (image: Image) => boolean,
    options: { dryRun: boolean; signal?: AbortSignal },
  ): Promise<Pruned> {
    const measured = await this.#measureLayers(options);
    return this.#changes.run(async () => {
      const images = this.list().filter((image) => wanted(image) && !this.#collector.isHeld(image));
      const { layers, blobs } = await this.#collector.unneeded(images);
      const pruned: Pruned = { images, layers: [], blobs: [] };
      for (const id of layers) pruned.layers.push({ id, bytes: measured.get(id) ?? 0 });
      for (const id of blobs) pruned.blobs.push({ id, bytes: onDisk((await this.#blobs.size(id)) ?? 0) });
      if (!options.dryRun) {
        await this.#catalog.remove(images);
        await this.#collector.collect();
      }
      return pruned;
    });
  }

  /** Whether an image is made of a blob or layer (64 hex). */
  needs(image: Image, digest: string): boolean {
    const manifests = this.#catalog.manifests(image);
    const blobs = manifests.flatMap(({ manifest, layers }) => [manifest, ...layers.map((one) => one.digest)]);
    return [image.id, ...image.layers, ...blobs].includes(digest);
  }

  /** Reads every byte of these images again (see verifyImages). */
  async verify(images: readonly Image[], options: VerifyOptions = {}): Promise<Verified> {
    using lease = this.lease();
    for (const image of images) this.hold(lease, image);
    const parts = {
      blobs: this.#blobs,
      layers: this.#layers,
      intake: this.#intake,
      changes: this.#changes,
    };
    const known = images.map((image) => ({ image, manifests: this.#catalog.manifests(image) }));
    return verifyImages(parts, known, options);
  }

  /** Bytes on disk of everything below the root, by what it is for. `below` are the names at its top. */
  async disk(options: { signal?: AbortSignal } = {}): Promise<StoreUsage> {
    const measured = await this.#measureLayers(options);
    const layers = [...measured.values()].reduce((sum, bytes) => sum + bytes, 0);
    const below = (await readdir(this.#paths.root)).filter((name) => !['layers', 'blobs'].includes(name));
    const [blobs = 0, ...others] = await this.usages(
      [join(this.#paths.root, 'blobs'), ...below.map((name) => join(this.#paths.root, name))],
      options,
    );
    return {
      images: layers + blobs,
      others: new Map(below.map((name, index) => [name, others[index] ?? 0])),
    };
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
      const { layers, blobs } = await this.#collector.unneeded();
      return [
        ...waiting.flat().filter((path) => !this.#intake.isStaged(path)),
        ...layers.map((diffId) => this.#layers.path(diffId)),
        ...blobs.map((digest) => this.#blobs.path(digest)),
        ...(await this.#withoutBlob(this.#parents.list())).map((id) => this.#parents.path(id)),
      ];
    });
  }

  async #withoutBlob(digests: readonly string[]): Promise<string[]> {
    const kept = new Set(await this.#blobs.list());
    return digests.filter((digest) => !kept.has(digest));
  }

  /** Waits for what is being deleted. Imports must have ended. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#flush[Symbol.asyncDispose]();
    await this.#changes.run(async () => {});
    await this.#trash[Symbol.asyncDispose]();
  }

  async #isWhole(image: Image): Promise<boolean> {
    const blobs = this.#catalog.manifests(image).flatMap(({ layers }) => layers);
    return (await Promise.all(blobs.map(({ digest }) => this.hasBlob(digest)))).every(Boolean);
  }

  /** The directories that an image's layers leave to those below; `config`: its configuration (64 hex). */
  async #makeParents(config: string): Promise<void> {
    const { diffIds } = parseImageConfig(await this.#blobs.get(config), 'the configuration');
    await this.#parents.ensure({ id: config, layers: diffIds }, (archive, place) =>
      this.#intake.directories(archive, place),
    );
  }

  /** After a power failure: makes the layers anew that the disk may not have had, from their blobs where those are whole. */
  async #recover(onLost: (error: BoxError) => void): Promise<void> {
    const suspects = new Set(await this.#flush.suspects());
    if (suspects.size === 0) return;
    const manifests = this.list().flatMap((image) => this.#catalog.manifests(image));
    const layers = manifests.flatMap(({ layers }) => layers).filter(({ diffId }) => suspects.has(diffId));
    using lease = this.lease();
    let lost = false;
    for (const layer of layers) {
      await this.#layers.markDamaged(layer.diffId, 'the power failed before the disk had it');
      try {
        await this.#intake.ensure(lease, layer, () => {
          throw new BoxError('DAMAGED', `the blob of layer ${layer.digest.slice(0, 12)} is not whole`);
        });
      } catch (error) {
        onLost(BoxError.from(error));
        lost = true;
        await this.#layers.remove(layer.diffId, (path) => this.#trash.take(path));
        await this.#blobs.remove(layer.digest);
      }
    }
    if (lost) await this.#catalog.reload();
  }

  /** Bytes on disk of each layer. Those that nobody counted yet are walked, in one Worker. */
  async #measureLayers(options: { signal?: AbortSignal }): Promise<Map<string, number>> {
    const all = this.#layers.list();
    const fresh = all.filter((diffId) => this.#layers.info(diffId)?.diskBytes === undefined);
    const counted = await this.usages(
      fresh.map((diffId) => this.#layers.path(diffId)),
      options,
    );
    await Promise.all(fresh.map((diffId, index) => this.#layers.setDiskBytes(diffId, counted[index] ?? 0)));
    const bytes = new Map(fresh.map((diffId, index) => [diffId, counted[index] ?? 0]));
    return new Map(
      all.map((diffId) => [diffId, bytes.get(diffId) ?? this.#layers.info(diffId)?.diskBytes ?? 0]),
    );
  }
}
