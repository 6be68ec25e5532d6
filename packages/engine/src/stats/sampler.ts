import type { FeedMessage, FeedWatch, HostSample, StatsSample } from '@boxyard/api';
import { isAlive } from '@boxyard/spec';
import type { Container } from '../containers/container.ts';
import type { EngineContext } from '../context.ts';
import { CONTAINER_MEASURES, ContainerMeter } from './container-meter.ts';
import { HostMeter } from './host-meter.ts';
import { Series } from './series.ts';
import { inSlices } from './slices.ts';

/** How often what somebody watches is looked at. */
const WATCHED_MS = 1_000;
/** How often everything is. */
const ALL_MS = 10_000;
/** The first rates are known this long after the agent found its containers. */
const FIRST_MS = 300;

export type StatsMessage = Extract<FeedMessage, { type: 'stats' }>;

/** One client that looks at statistics. */
export interface StatsWatch {
  /** Replaces what it watched before. */
  watch(what: FeedWatch): void;
  close(): void;
}

interface Watcher {
  what: FeedWatch;
  ids: ReadonlySet<string>;
  tell(message: StatsMessage): void;
}

/**
 * Looks at the cgroups of the containers that run: every second at those that somebody watches, every 10 s at all. While nobody watches and
 * nothing runs there is one look at the host every 10 s and no other timer.
 */
export class Sampler {
  readonly host: HostMeter;
  readonly #engine: Pick<EngineContext, 'cgroups' | 'containers' | 'logger' | 'paths'>;
  readonly #meters = new Map<string, ContainerMeter>();
  /** Histories outlive a run, until the container is removed. */
  readonly #series = new Map<string, Series<keyof StatsSample>>();
  readonly #watchers = new Set<Watcher>();
  /** Meters whose failure was told. */
  readonly #unreadable = new WeakSet<ContainerMeter>();
  readonly #unlisten: () => void;
  #timer: NodeJS.Timeout | undefined;
  /** Moment of the next look at everything. */
  #nextAll = performance.now() + FIRST_MS;
  #looking = false;
  #closed = false;

  constructor(engine: Pick<EngineContext, 'cgroups' | 'containers' | 'logger' | 'paths'>) {
    this.#engine = engine;
    this.host = new HostMeter(engine.paths.root);
    for (const container of engine.containers.values()) if (isRunning(container)) this.#follow(container);
    this.#unlisten = engine.containers.listen({
      changed: (container) => this.#changed(container),
      removed: ({ id }) => {
        this.#forget(id);
        this.#series.delete(id);
      },
    });
    this.#schedule();
  }

  /** The container's meter while it runs. */
  meter(id: string): ContainerMeter | undefined {
    return this.#meters.get(id);
  }

  /** What is kept of a container; undefined when it never ran since the agent started. */
  series(id: string): Series<keyof StatsSample> | undefined {
    return this.#series.get(id);
  }

  /** `tell` is called once a second, while there is something to tell. */
  watch(tell: (message: StatsMessage) => void): StatsWatch {
    const watcher: Watcher = { what: { host: false, containers: [] }, ids: new Set(), tell };
    this.#watchers.add(watcher);
    return {
      watch: (what) => {
        watcher.what = what;
        watcher.ids = new Set(what.containers === 'all' ? [] : what.containers);
        this.#watchChanged();
      },
      close: () => {
        this.#watchers.delete(watcher);
        this.#watchChanged();
      },
    };
  }

  #changed(container: Container): void {
    if (!isRunning(container)) {
      this.#forget(container.id);
    } else if (!this.#meters.has(container.id)) {
      const meter = this.#follow(container);
      // Where it stands now, so that its first rate is that of its own time.
      void this.#guarded(() => inSlices([this.#sample(container.id, meter)]));
      this.#schedule();
    }
  }

  #follow({ id }: Container): ContainerMeter {
    const series = this.#series.get(id) ?? new Series<keyof StatsSample>(CONTAINER_MEASURES);
    this.#series.set(id, series);
    const meter = new ContainerMeter(this.#engine.cgroups.path(id), series);
    meter.fine = this.#isWatched(id);
    this.#meters.set(id, meter);
    return meter;
  }

  #forget(id: string): void {
    const meter = this.#meters.get(id);
    if (!meter) return;
    meter[Symbol.dispose]();
    this.#meters.delete(id);
  }

  #isWatched(id: string): boolean {
    for (const { what, ids } of this.#watchers) if (what.containers === 'all' || ids.has(id)) return true;
    return false;
  }

  #watchChanged(): void {
    this.host.fine = [...this.#watchers].some(({ what }) => what.host);
    for (const [id, meter] of this.#meters) meter.fine = this.#isWatched(id);
    this.#schedule();
  }

  /** The next look: at the next whole second while something is watched, else when all are due. */
  #schedule(): void {
    if (this.#closed || this.#looking) return;
    clearTimeout(this.#timer);
    const now = performance.now();
    const watched = this.host.fine || [...this.#meters.values()].some(({ fine }) => fine);
    const second = (Math.floor(now / WATCHED_MS) + 1) * WATCHED_MS;
    const at = watched ? Math.min(second, this.#nextAll) : this.#nextAll;
    this.#timer = setTimeout(() => void this.#guarded(() => this.#look()), Math.max(at - now, 0)).unref();
  }

  async #look(): Promise<void> {
    this.#looking = true;
    try {
      const all = performance.now() >= this.#nextAll - 1;
      if (all) this.#nextAll = (Math.floor(performance.now() / ALL_MS) + 1) * ALL_MS;
      const due = [...this.#meters].filter(([, meter]) => all || meter.fine);
      await inSlices(due.map(([id, meter]) => this.#sample(id, meter)));
      const host = all || this.host.fine ? await this.host.sample() : null;
      this.#tell(host);
    } finally {
      this.#looking = false;
      this.#schedule();
    }
  }

  /** A cgroup that cannot be read costs its own figures alone, and one line in the log for each run. */
  *#sample(id: string, meter: ContainerMeter): Generator<void, void> {
    try {
      yield* meter.sample();
    } catch (error) {
      if (this.#closed || this.#unreadable.has(meter)) return;
      this.#unreadable.add(meter);
      this.#engine.logger.warn({ err: error, container: id }, 'statistics of a container could not be read');
    }
  }

  #tell(host: HostSample | null): void {
    const time = Date.now();
    const rows = new Map<string, StatsMessage['containers'][string]>();
    for (const [id, { fine, latest }] of this.#meters) if (fine && latest) rows.set(id, rowOf(latest));
    for (const { what, ids, tell } of this.#watchers) {
      if (!what.host && what.containers.length === 0) continue;
      const wanted = what.containers === 'all' ? rows : [...rows].filter(([id]) => ids.has(id));
      tell({ type: 'stats', time, host: what.host ? host : null, containers: Object.fromEntries(wanted) });
    }
  }

  async #guarded(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      if (!this.#closed) this.#engine.logger.warn({ err: error }, 'statistics could not be read');
    }
  }

  [Symbol.dispose](): void {
    this.#closed = true;
    clearTimeout(this.#timer);
    this.#unlisten();
    for (const id of [...this.#meters.keys()]) this.#forget(id);
  }
}

/** Its cgroup is there and holds its program. */
function isRunning({ state }: Container): boolean {
  return isAlive(state) && state !== 'starting';
}

/** Rounded to what a person can see: a ten-thousandth of a CPU, whole bytes. */
function rowOf({ cpu, memory, processes, read, write }: StatsSample): StatsMessage['containers'][string] {
  const whole = (value: number | null): number | null => (value === null ? null : Math.round(value));
  return [Math.round(cpu * 10_000) / 10_000, memory, processes, whole(read), whole(write)];
}
