import type { StatsSample } from '@boxyard/api';
import { CgroupMeter, type CgroupReading } from '@boxyard/kernel';
import type { Series } from './series.ts';

export const CONTAINER_MEASURES = [
  'cpu',
  'memory',
  'processes',
  'read',
  'write',
  'cpuPressure',
  'memoryPressure',
  'ioPressure',
] as const satisfies readonly (keyof StatsSample)[];

/** The scheduler books CPU time at its ticks: a rate over less than this is mostly noise. Samples closer together are one. */
export const INTERVAL_MIN_MS = 250;
/** They are averages over 10 s, three files for each box: looking more often shows nothing new. */
const PRESSURE_MS = 3_900;

type PressureSample = Pick<StatsSample, 'cpuPressure' | 'memoryPressure' | 'ioPressure'>;

/** Turns the totals of a container's cgroup into rates, and keeps them. Times are performance.now(). */
export class ContainerMeter {
  readonly #cgroup: CgroupMeter;
  readonly #series: Series<keyof StatsSample>;
  #before: { at: number; reading: CgroupReading } | undefined;
  #pressures: { at: number; values: PressureSample } | undefined;
  #latest: StatsSample | undefined;
  /** Somebody watches by the second. */
  fine = false;

  constructor(cgroup: string, series: Series<keyof StatsSample>) {
    this.#cgroup = new CgroupMeter(cgroup);
    this.#series = series;
  }

  /** The last sample taken. */
  get latest(): StatsSample | undefined {
    return this.#latest;
  }
  /** When the totals were last read; undefined: never. */
  get readAt(): number | undefined {
    return this.#before?.at;
  }
  get memorySource(): 'cgroup' | 'processes' {
    return this.#before?.reading.memorySource ?? 'processes';
  }
  memoryLimit(): number | null {
    return this.#cgroup.memoryLimit();
  }

  /** Takes a sample, or leaves it at the last one when that is fresh. The very first call only lays the ground. Steps as the cgroup's `read`. */
  *sample(): Generator<void, void> {
    if (this.#isFresh()) return;
    const reading = yield* this.#cgroup.read();
    // Somebody else may have taken one while this stood still.
    if (!reading || this.#isFresh()) return;
    const at = performance.now();
    const before = this.#before;
    this.#before = { at, reading };
    if (!before) return;
    const seconds = (at - before.at) / 1000;
    const rate = (now: number, then: number): number => Math.max(0, now - then) / seconds;
    this.#latest = {
      cpu: rate(reading.cpu, before.reading.cpu) / 1e6,
      memory: reading.memory,
      processes: reading.processes,
      read: reading.io && before.reading.io ? rate(reading.io.read, before.reading.io.read) : null,
      write: reading.io && before.reading.io ? rate(reading.io.written, before.reading.io.written) : null,
      ...this.#pressure(at, reading === before.reading),
    };
    this.#series.add(this.#latest, { from: before.at, until: at, fine: this.fine });
  }

  #isFresh(): boolean {
    return this.#before !== undefined && performance.now() - this.#before.at < INTERVAL_MIN_MS;
  }

  /** @param unchanged nothing ran since: where nobody had to wait before, nobody does now */
  #pressure(at: number, unchanged: boolean): PressureSample {
    const last = this.#pressures;
    const calm = last !== undefined && Object.values(last.values).every((value) => !value);
    if (last && ((unchanged && calm) || at - last.at < PRESSURE_MS)) return last.values;
    const { cpu, memory, io } = this.#cgroup.pressures();
    const values = { cpuPressure: cpu, memoryPressure: memory, ioPressure: io };
    this.#pressures = { at, values };
    return values;
  }

  [Symbol.dispose](): void {
    this.#cgroup[Symbol.dispose]();
  }
}
