import { readdir, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { formatEntry, TAR_END } from '../tar/format.ts';
import { entryOf } from '../unpack/archive-directory.ts';
import { syncDirectory } from './files.ts';
import { directoryIn } from './layer-directory.ts';
import type { LayerStore } from './layers.ts';

/** A directory of an image, by the path below its root as latin1 text, and where its attributes are. */
interface Parent {
  path: string;
  source: Awaited<ReturnType<typeof directoryIn>> & { kind: 'directory' };
}

/**
 * A layer need not list the directories its files lie in: then they are what lower layers say (image-spec, layer.md). Each layer is
 * unpacked by itself, and overlay shows the attributes of the uppermost layer that has a directory. So an image whose layers leave such
 * directories out gets a tree of its own above them: these directories and those above, with nothing in them.
 */
export class ParentDirectories {
  readonly #directory: string;
  readonly #layers: LayerStore;
  readonly #present: Set<string>;

  private constructor(directory: string, layers: LayerStore, present: Set<string>) {
    this.#directory = directory;
    this.#layers = layers;
    this.#present = present;
  }

  static async open(directory: string, layers: LayerStore): Promise<ParentDirectories> {
    return new ParentDirectories(directory, layers, new Set(await readdir(directory)));
  }

  /** Image ids. */
  list(): string[] {
    return [...this.#present];
  }

  /** The tree of an image; undefined when it needs none. */
  of(imageId: string): string | undefined {
    return this.#present.has(imageId) ? this.path(imageId) : undefined;
  }

  path(imageId: string): string {
    return join(this.#directory, imageId);
  }

  /** Makes the tree of an image that needs one; its layers must be there. `unpack` makes a directory of an archive and gives its path. */
  async ensure(
    image: { readonly id: string; readonly layers: readonly string[] },
    unpack: (archive: Uint8Array, place: (tree: string) => Promise<void>) => Promise<void>,
  ): Promise<void> {
    if (this.#present.has(image.id)) return;
    const parents = await this.#find(image.layers.toReversed());
    if (parents.length === 0) return;
    const entries = parents.map(({ path, source: { at, status } }) =>
      formatEntry(entryOf({ path: Buffer.from(path, 'latin1'), at, status }, 'directory')),
    );
    await unpack(Buffer.concat([...entries, TAR_END]), async (tree) => {
      await rename(tree, this.path(image.id));
      await syncDirectory(this.#directory);
    });
    this.#present.add(image.id);
  }

  /** Forgets an image's tree; `take` moves it away. */
  async remove(imageId: string, take: (path: string) => Promise<void>): Promise<void> {
    this.#present.delete(imageId);
    await take(this.path(imageId));
  }

  /** `layers`: uppermost first. */
  async #find(layers: readonly string[]): Promise<Parent[]> {
    const implied = layers.map((diffId) => new Set(this.#layers.info(diffId)?.implied));
    // What no layer below lists is as good in one as in the other.
    const asked = new Set(implied.slice(0, -1).flatMap((paths) => [...paths]));
    if (implied.every((paths) => paths.has(''))) asked.delete('');
    const wrong = new Map<string, Parent>();
    for (const path of asked) {
      const parent = await this.#owner(path, layers, implied);
      if (parent?.isHidden) wrong.set(path, parent);
    }
    if (wrong.size === 0) return [];
    // On the way to them lie others, which must not change by that.
    for (const path of [...wrong.keys()]) {
      for (const above of ancestors(path)) {
        if (wrong.has(above)) continue;
        const parent = await this.#owner(above, layers, implied);
        if (parent) wrong.set(above, parent);
      }
    }
    return [...wrong.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
  }

  /**
   * The uppermost layer's directory of that path whose archive lists it, else the uppermost. `isHidden`: overlay shows one above it
   * that is only implied. Undefined: the image has no such directory.
   */
  async #owner(
    path: string,
    layers: readonly string[],
    implied: readonly ReadonlySet<string>[],
  ): Promise<(Parent & { isHidden: boolean }) | undefined> {
    let uppermost: Parent | undefined;
    for (const [index, diffId] of layers.entries()) {
      const found = await directoryIn(this.#layers.path(diffId), path);
      if (found.kind === 'directory') {
        uppermost ??= { path, source: found };
        if (!implied[index]?.has(path)) {
          return { path, source: found, isHidden: uppermost.source !== found };
        }
      }
      if (found.endsHere) break;
    }
    return uppermost && { ...uppermost, isHidden: false };
  }
}

/** `a/b/c` lies in `a/b`, `a` and ''. */
function ancestors(path: string): string[] {
  if (path === '') return [];
  const parts = path.split('/');
  return parts.map((_, index) => parts.slice(0, index).join('/'));
}
