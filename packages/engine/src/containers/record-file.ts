import { open, readFile, rename } from 'node:fs/promises';
import type { ContainerRow } from '../database/schema.ts';
import type { Paths } from '../paths.ts';
import type { Container } from './container.ts';

/** Version of container.json's shape. */
const VERSION = 1;

/**
 * `containers/<id>/container.json`: all that the database knows of a container, so that it can be restored from these files. Written by
 * tmp + fsync + rename after each change that matters, beside the event loop and never twice at once for one container.
 */
export class RecordFiles {
  readonly #paths: Paths;
  readonly #writing = new Map<string, Promise<void>>();
  readonly #again = new Set<string>();
  readonly #failed: (error: unknown, id: string) => void;

  constructor(paths: Paths, failed: (error: unknown, id: string) => void) {
    this.#paths = paths;
    this.#failed = failed;
  }

  /** Has the file written soon; changes until then go with it. */
  save(container: Container): void {
    if (this.#writing.has(container.id)) {
      this.#again.add(container.id);
      return;
    }
    const writing = this.#write(container)
      .catch((error: unknown) => {
        // Its directory may be on its way out.
        if (container.state !== 'removing' && !container.gone) this.#failed(error, container.id);
      })
      .finally(() => {
        this.#writing.delete(container.id);
        if (this.#again.delete(container.id) && !container.gone) this.save(container);
      });
    this.#writing.set(container.id, writing);
  }

  async #write(container: Container): Promise<void> {
    const target = this.#paths.containerRecord(container.id);
    const text = `${JSON.stringify({ version: VERSION, ...container.row }, null, 2)}\n`;
    const file = await open(`${target}.tmp`, 'w', 0o600);
    try {
      await file.writeFile(text);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(`${target}.tmp`, target);
  }

  /** Resolves when nothing is being written. */
  async settled(): Promise<void> {
    while (this.#writing.size > 0) await Promise.all(this.#writing.values());
  }
}

/** Reads what `save` wrote. Throws when it is missing or no such record. */
export async function readRecord(path: string): Promise<ContainerRow> {
  const { version, ...row } = JSON.parse(await readFile(path, 'utf8')) as ContainerRow & { version: unknown };
  if (version !== VERSION || typeof row.id !== 'string' || typeof row.config !== 'object') {
    throw new Error(`${path} is no container record of version ${VERSION}`);
  }
  return row;
}
