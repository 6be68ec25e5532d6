import { setTimeout as sleep } from 'node:timers/promises';
import type { ContainerStats, StatsService } from '@boxyard/api';
import type { Container } from '../containers/container.ts';
import { type EngineContext, findContainer } from '../context.ts';
import { CONTAINER_MEASURES, INTERVAL_MIN_MS } from './container-meter.ts';
import type { Sampler } from './sampler.ts';
import { Series } from './series.ts';
import { inSlices } from './slices.ts';

/** From a first look to a second that counts; timers may fire a moment early. */
const FIRST_RATE_MS = INTERVAL_MIN_MS + 5;

/** Statistics as procedures see them. */
export function statsService(engine: EngineContext, sampler: Sampler): StatsService {
  return {
    async containers(references) {
      const wanted = references
        ? references.map((reference) => findContainer(engine, reference))
        : [...engine.containers.values()];
      return freshStats(
        wanted.filter(({ id }) => sampler.meter(id)),
        sampler,
      );
    },
    async history(reference, step) {
      const { id } = findContainer(engine, reference);
      // One that never ran since the agent started has an empty history, not none.
      const series = sampler.series(id) ?? new Series(CONTAINER_MEASURES);
      const { until, columns } = series.read(step, performance.now());
      return { step, until: unixTime(until), ...columns };
    },
    async host() {
      const rest = sampler.host.latest ? 0 : FIRST_RATE_MS - (performance.now() - sampler.host.readAt);
      if (rest > 0) await sleep(rest);
      return sampler.host.sample();
    },
    async hostHistory(step) {
      const { until, columns } = sampler.host.history(step, performance.now());
      return { step, until: unixTime(until), ...columns };
    },
  };
}

/** A sample of each that is at most 250 ms old. Containers that end meanwhile are left out. */
async function freshStats(containers: readonly Container[], sampler: Sampler): Promise<ContainerStats[]> {
  const meters = containers.flatMap(({ id }) => sampler.meter(id) ?? []);
  await inSlices(meters.filter(({ readAt }) => readAt === undefined).map((meter) => meter.sample()));
  const youngest = Math.max(...meters.filter(({ latest }) => !latest).map(({ readAt }) => readAt ?? 0));
  const rest = FIRST_RATE_MS - (performance.now() - youngest);
  if (rest > 0) await sleep(rest);
  await inSlices(meters.map((meter) => meter.sample()));
  const time = new Date().toISOString();
  return containers.flatMap(({ id, name }) => {
    const meter = sampler.meter(id);
    if (!meter?.latest) return [];
    const { memorySource } = meter;
    return [{ id, name, time, ...meter.latest, memoryLimit: meter.memoryLimit(), memorySource }];
  });
}

/** Of a moment of performance.now(), which does not jump when somebody sets the clock. */
function unixTime(moment: number): number {
  return Math.round(Date.now() - (performance.now() - moment));
}
