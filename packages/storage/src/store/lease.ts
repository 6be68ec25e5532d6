import type { Image } from '@boxyard/spec';

/**
 * Keeps what somebody works on from being collected, until it is disposed of: blobs and layers that no image names yet, or that one
 * names which is being removed meanwhile.
 */
export class Lease implements Disposable {
  readonly #leases: Set<Lease>;
  readonly #blobs = new Set<string>();
  readonly #layers = new Set<string>();

  readonly #onEnd: (lease: Lease) => void;

  /** `leases`: those that collections look at. `onEnd`: called once, when it is one of them no longer. */
  constructor(leases: Set<Lease>, onEnd: (lease: Lease) => void) {
    this.#leases = leases;
    this.#onEnd = onEnd;
    leases.add(this);
  }

  /** What it holds: blobs (64 hex) and layers (diff ids). */
  get held(): { blobs: readonly string[]; layers: readonly string[] } {
    return { blobs: [...this.#blobs], layers: [...this.#layers] };
  }

  /** From now on a blob (64 hex) is kept, also one that is still to come. */
  holdBlob(digest: string): void {
    this.#blobs.add(digest);
  }

  /** From now on a layer (diff id, 64 hex) is kept, also one that is still to come. */
  holdLayer(diffId: string): void {
    this.#layers.add(diffId);
  }

  hasBlob(digest: string): boolean {
    return this.#blobs.has(digest);
  }

  hasLayer(diffId: string): boolean {
    return this.#layers.has(diffId);
  }

  /** All of an image but its blobs of layers, which its manifest names: `ImageStore.hold` takes those too. */
  holdImage({ id, manifest, layers }: Image): void {
    this.#blobs.add(id).add(manifest);
    for (const diffId of layers) this.#layers.add(diffId);
  }

  [Symbol.dispose](): void {
    if (this.#leases.delete(this)) this.#onEnd(this);
  }
}
