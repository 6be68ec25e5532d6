import { monitorEventLoopDelay } from 'node:perf_hooks';

const NS_PER_MS = 1e6;

export interface AgentFigures {
  pid: number;
  rssBytes: number;
  eventLoopDelayMs: { p50: number; p99: number; max: number };
}

/** Measures the agent itself, for `box info` and the bench. Delays count from the start. */
export function startFigures(): () => AgentFigures {
  // How long each turn of the loop took. The other way, a timer of 10 ms, costs an idle agent 0.4 % of a CPU.
  const delay = monitorEventLoopDelay({ samplePerIteration: true });
  delay.enable();
  // The first wait of the loop counts as if it had worked (Node 26): not before it is over do the figures mean anything.
  setTimeout(() => delay.reset(), 1_000).unref();
  return () => ({
    pid: process.pid,
    rssBytes: process.memoryUsage.rss(),
    eventLoopDelayMs: {
      p50: delay.percentile(50) / NS_PER_MS,
      p99: delay.percentile(99) / NS_PER_MS,
      max: delay.max / NS_PER_MS,
    },
  });
}
