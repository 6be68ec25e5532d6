import type { HostHistory, HostSample } from '@boxyard/api';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { queries } from '../../lib/queries';

const STEP_S = 10;
/** Half an hour, as wide as a card can show. */
const SAMPLES = 180;

type Measure = 'cpu' | 'memory' | 'disk' | 'cpuPressure' | 'memoryPressure' | 'ioPressure';
export type Trend = Record<Measure, readonly (number | null)[]>;

/** The last half hour of the host: what the agent kept, and on from there with what comes live. Undefined until the first of both. */
export function useHostTrend(host: HostSample | undefined): Trend | undefined {
  const history = useQuery(queries.hostHistory(STEP_S)).data;
  const [since, setSince] = useState<HostSample[]>([]);
  const last = useRef({ history, at: 0 });
  useEffect(() => {
    if (!host) return;
    const now = Date.now();
    if (last.current.history !== history) {
      last.current = { history, at: history?.until ?? now };
      setSince([]);
    }
    if (now - last.current.at < STEP_S * 1000) return;
    last.current.at = now;
    setSince((before) => [...before, host].slice(-SAMPLES));
  }, [host, history]);
  if (!history && since.length === 0) return undefined;
  return trendOf(history, since);
}

function trendOf(history: HostHistory | undefined, since: readonly HostSample[]): Trend {
  const of = (measure: Measure) =>
    [...(history?.[measure] ?? []), ...since.map((sample) => sample[measure])].slice(-SAMPLES);
  return {
    cpu: of('cpu'),
    memory: of('memory'),
    disk: of('disk'),
    cpuPressure: of('cpuPressure'),
    memoryPressure: of('memoryPressure'),
    ioPressure: of('ioPressure'),
  };
}
