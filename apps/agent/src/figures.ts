import { monitorEventLoopDelay } from 'node:perf_hooks';

const SAMPLE_MS = 10;
const NS_PER_MS = 1e6;

export interface AgentFigures {
  pid: number;
  rssBytes: number;
  eventLoopDelayMs: { p50: number; p99: number; max: number };
}

/** Measures the agent itself, for `box info` and the bench. Delays are beyond the sampling interval, since the start. */
export function startFigures(): () => AgentFigures {
  const delay = monitorEventLoopDelay({ resolution: SAMPLE_MS });
  delay.enable();
  // The histogram holds whole intervals between samples: what is beyond the interval is delay.
  const beyond = (nanoseconds: number) => Math.max(nanoseconds / NS_PER_MS - SAMPLE_MS, 0);
  return () => ({
    pid: process.pid,
    rssBytes: process.memoryUsage.rss(),
    eventLoopDelayMs: {
      p50: beyond(delay.percentile(50)),
      p99: beyond(delay.percentile(99)),
      max: beyond(delay.max),
    },
  });
}
