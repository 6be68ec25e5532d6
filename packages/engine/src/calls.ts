import { KernelError } from '@boxyard/kernel';
import { BoxError } from '@boxyard/spec';

type Service = { [name: string]: (...args: never[]) => Promise<unknown> };

/** The calls under way: closing waits for them, and what goes wrong in them comes out as an error a user understands. */
export class Calls {
  readonly #running = new Set<Promise<unknown>>();

  /** The same service, watched. */
  watch<T extends object>(service: T): T {
    const entries = Object.entries(service as Service).map(([name, method]) => [
      name,
      (...args: never[]) => this.#track(method(...args)),
    ]);
    return Object.fromEntries(entries) as T;
  }

  async #track(call: Promise<unknown>): Promise<unknown> {
    this.#running.add(call);
    try {
      return await call;
    } catch (error) {
      throw explainFailure(error);
    } finally {
      this.#running.delete(call);
    }
  }

  async settled(): Promise<void> {
    while (this.#running.size > 0) await Promise.allSettled(this.#running);
  }
}

/** Failures of the host that a user can do something about; anything else stays what it is. */
const EXPLAINED: Record<string, { code: 'RESOURCE_EXHAUSTED' | 'PERMISSION_DENIED'; hint: string }> = {
  ENOSPC: { code: 'RESOURCE_EXHAUSTED', hint: 'free some space, see: df -h' },
  EDQUOT: { code: 'RESOURCE_EXHAUSTED', hint: 'the quota of that file system is used up' },
  EMFILE: { code: 'RESOURCE_EXHAUSTED', hint: "raise the agent's limit of open files (LimitNOFILE=)" },
  ENFILE: { code: 'RESOURCE_EXHAUSTED', hint: 'the host has too many open files: see fs.file-max' },
  EAGAIN: {
    code: 'RESOURCE_EXHAUSTED',
    hint: 'the host has too many processes: see kernel.pid_max and TasksMax=',
  },
  ENOMEM: { code: 'RESOURCE_EXHAUSTED', hint: 'the host is out of memory' },
  EROFS: { code: 'PERMISSION_DENIED', hint: 'that file system is mounted read-only' },
  EACCES: { code: 'PERMISSION_DENIED', hint: 'the agent must run as root' },
};

export function explainFailure(error: unknown): unknown {
  for (let at = error; at instanceof Error; at = at.cause) {
    if (at instanceof BoxError && at.code !== 'INTERNAL') return error;
    const { code } = at as NodeJS.ErrnoException;
    const explained = at instanceof BoxError || code === undefined ? undefined : EXPLAINED[code];
    if (!explained) continue;
    const message =
      at instanceof KernelError || error instanceof BoxError ? (error as Error).message : at.message;
    return new BoxError(explained.code, message, { hint: explained.hint, cause: error });
  }
  return error;
}
