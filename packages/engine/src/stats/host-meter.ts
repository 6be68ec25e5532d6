import { readFileSync } from 'node:fs';
import { statfs } from 'node:fs/promises';
import { cpus } from 'node:os';
import type { HostSample } from '@boxyard/api';
import { parseCpuTicks, parseLoad, parseMemInfo, parsePressure, TICKS_PER_SECOND } from '@boxyard/kernel';
import { INTERVAL_MIN_MS } from './container-meter.ts';
import { Series } from './series.ts';

export const HOST_MEASURES = [
  'cpu',
  'memory',
  'disk',
  'cpuPressure',
  'memoryPressure',
  'ioPressure',
] as const satisfies readonly (keyof HostSample)[];
type HostMeasure = (typeof HOST_MEASURES)[number];

/** A disk fills slowly, and asking a remote one takes time. */
const DISK_MS = 10_000;

const read = (path: string): string => readFileSync(path, 'latin1');

/** Undefined where the kernel was built or booted without pressure information. */
function pressure(resource: 'cpu' | 'memory' | 'io'): number | null {
  try {
    return parsePressure(read(`/proc/pressure/${resource}`));
  } catch {
    return null;
  }
}

/** What the whole host is busy with. Times are performance.now(). */
export class HostMeter {
  readonly #root: string;
  readonly #series = new Series<HostMeasure>(HOST_MEASURES);
  readonly #cpus = cpus().length;
  #before: { at: number; ticks: { busy: number; total: number } };
  #disk: { at: number; used: number; total: number } | undefined;
  #latest: HostSample | undefined;
  /** Somebody watches by the second. */
  fine = false;

  /** @param root directory of the file system whose space counts */
  constructor(root: string) {
    this.#root = root;
    this.#before = { at: performance.now(), ticks: parseCpuTicks(read('/proc/stat')) };
  }

  get latest(): HostSample | undefined {
    return this.#latest;
  }
  get readAt(): number {
    return this.#before.at;
  }

  /** Takes a sample, or gives the last one when that is fresh. */
  async sample(): Promise<HostSample> {
    await this.#look();
    const at = performance.now();
    if (this.#latest && at - this.#before.at < INTERVAL_MIN_MS) return this.#latest;
    const before = this.#before;
    const ticks = parseCpuTicks(read('/proc/stat'));
    this.#before = { at, ticks };
    const memory = parseMemInfo(read('/proc/meminfo'));
    const elapsed = ((at - before.at) / 1000) * TICKS_PER_SECOND;
    this.#latest = {
      cpu: Math.min(this.#cpus, Math.max(0, ticks.busy - before.ticks.busy) / Math.max(elapsed, 1)),
      cpus: this.#cpus,
      memory: memory.total - memory.available,
      memoryTotal: memory.total,
      swap: memory.swapTotal - memory.swapFree,
      swapTotal: memory.swapTotal,
      disk: this.#disk?.used ?? 0,
      diskTotal: this.#disk?.total ?? 0,
      load: parseLoad(read('/proc/loadavg')),
      cpuPressure: pressure('cpu'),
      memoryPressure: pressure('memory'),
      ioPressure: pressure('io'),
    };
    this.#series.add(this.#latest, { from: before.at, until: at, fine: this.fine });
    return this.#latest;
  }

  async #look(): Promise<void> {
    const now = performance.now();
    if (this.#disk && now - this.#disk.at < DISK_MS - INTERVAL_MIN_MS) return;
    const { blocks, bfree, bavail, bsize } = await statfs(this.#root);
    const used = (blocks - bfree) * bsize;
    // As df(1) counts: what only root may still fill is not part of the whole.
    this.#disk = { at: now, used, total: used + bavail * bsize };
  }

  history(...range: Parameters<Series<HostMeasure>['read']>): ReturnType<Series<HostMeasure>['read']> {
    return this.#series.read(...range);
  }
}
