/** Searches one log beside the event loop and ends. It is terminated when nobody wants the rest or a pattern takes for ever. */
import { parentPort, workerData } from 'node:worker_threads';
import type { LogMatch, LogSearchEnd, LogSearchProgress } from '@boxyard/api';
import { compileMatcher, type Pattern } from './search-matcher.ts';
import { type ScanRequest, scanLog } from './search-scan.ts';

export type SearchJob = ScanRequest & Pattern;
export type SearchMessage = { matches: LogMatch[] } | { progress: LogSearchProgress } | { end: LogSearchEnd };

/** Often enough to look alive, too seldom to cost anything. */
const REPORT_MS = 50;

const tell = (message: SearchMessage): void => parentPort?.postMessage(message);
const job = workerData as SearchJob;
let reported = performance.now();
const end = scanLog(job, compileMatcher(job), {
  matches(matches) {
    if (matches.length > 0) tell({ matches });
  },
  progress(scanned, total) {
    const now = performance.now();
    if (now - reported < REPORT_MS) return;
    reported = now;
    tell({ progress: { scanned, total } });
  },
});
tell({ end });
