import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { SessionExit, ShimClient, ShimHandlers } from '@boxyard/runtime';
import type { EngineContext } from '../context.ts';
import type { Container } from './container.ts';

/** What a supervised container's owner wants to hear. */
export interface SupervisionEvents {
  exit(exit: SessionExit): void;
  closed(): void;
}

/**
 * The agent's end of one box's shim. What the shim says is held back until `begin`: a box that ends at once must not be seen to end before
 * it was seen to run.
 */
export class Supervision implements ShimHandlers {
  readonly #events: SupervisionEvents;
  readonly #closed = Promise.withResolvers<void>();
  #held: (() => void)[] | undefined = [];
  #client: ShimClient | undefined;

  constructor(events: SupervisionEvents) {
    this.#events = events;
  }

  onExit(exit: SessionExit): void {
    this.#tell(() => this.#events.exit(exit));
  }

  onClose(): void {
    this.#closed.resolve();
    this.#tell(() => this.#events.closed());
  }

  #tell(what: () => void): void {
    if (this.#held) this.#held.push(what);
    else what();
  }

  begin(client: ShimClient): void {
    this.#client = client;
    const held = this.#held ?? [];
    this.#held = undefined;
    for (const what of held) what();
  }

  get client(): ShimClient {
    if (!this.#client) throw new Error('the supervision has not begun');
    return this.#client;
  }

  /** Resolves when the shim has gone. */
  get closed(): Promise<void> {
    return this.#closed.promise;
  }

  /** Leaves the shim alone and hears no more of it. */
  abandon(): void {
    this.#held = [];
    this.#client?.[Symbol.dispose]();
  }
}

/** How long viewers may take what they have not got yet, when the container is started again or removed. */
const VIEWERS_MS = 100;

/** Ends the shim of a container that has ended; its viewers get a moment to take the rest. Resolves when it has gone. */
export async function endSupervision(engine: EngineContext, container: Container): Promise<void> {
  const { supervision } = container;
  if (!supervision) return;
  await Promise.race([supervision.closed, sleep(VIEWERS_MS, undefined, { ref: false })]);
  if (container.supervision !== supervision) return;
  await terminateShim(engine.paths.runOf(container.id));
  await supervision.closed;
}

/** SIGTERM: the shim writes what it has to and ends. Its pid is in a file that it removes with itself. */
export async function terminateShim(runDirectory: string): Promise<void> {
  try {
    const pid = Number(await readFile(join(runDirectory, 'shim.pid'), 'utf8'));
    const name = await readFile(`/proc/${pid}/comm`, 'utf8');
    if (name.trim() === 'boxshim') process.kill(pid, 'SIGTERM');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'ENOENT' && code !== 'ESRCH') throw error;
  }
}
