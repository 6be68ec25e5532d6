import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { LinuxSyscalls } from '@boxyard/kernel';
import { ImageStore } from '../index.ts';

export const HELPER = resolve(import.meta.dirname, '../../../../native/build/boxshim');

/** A store of its own for one test, with the real kernel and helper, and a directory for what the test makes. */
export class TestStore implements AsyncDisposable {
  readonly directory = mkdtempSync(join(tmpdir(), 'boxyard-storage-'));
  readonly root: string;
  readonly kernel = new LinuxSyscalls();
  readonly warnings: string[] = [];
  #store: ImageStore | undefined;

  constructor(root?: string) {
    this.root = root ?? join(this.directory, 'root');
  }

  /** A path in the test's directory. */
  path(name: string): string {
    return join(this.directory, name);
  }

  /** Opens the store, anew when it is open: as an agent does that starts again. */
  async open(): Promise<ImageStore> {
    await this.#store?.[Symbol.asyncDispose]();
    this.#store = await ImageStore.open({
      root: this.root,
      kernel: this.kernel,
      helperPath: HELPER,
      onWarning: (message) => this.warnings.push(message),
    });
    return this.#store;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#store?.[Symbol.asyncDispose]();
    this.kernel[Symbol.dispose]();
    rmSync(this.directory, { recursive: true, force: true });
  }
}
