import type { ContainerView, DoctorCheck, EventView, HostSample } from '@boxyard/api';
import { isAlive } from '@boxyard/spec';
import { bytes, percent } from './format';
import { statusOf } from './status';

/** One thing that somebody should look at: what, why, and where to go on. */
export interface Trouble {
  key: string;
  title: string;
  why: string;
  /** How bad: what is down or about to be, before what is merely not right. */
  tone: 'bad' | 'busy';
  /** RFC 3339, of what happened at a moment. */
  at?: string;
  /** A box, as a link to its log. */
  container?: { id: string; name: string };
  href?: string;
}

export interface TroubleSources {
  containers: readonly ContainerView[];
  events: readonly EventView[];
  host: HostSample | undefined;
  checks: readonly DoctorCheck[];
  /** Milliseconds since the epoch. */
  now: number;
}

/** Who looks once a day sees what failed since. */
const FAILED_SINCE_MS = 24 * 60 * 60_000;
/** So many bad ends in so short a time are no accident. */
const CRASHES = 3;
const CRASHES_WITHIN_MS = 10 * 60_000;
const DISK_FULL = 0.85;
const MEMORY_FULL = 0.92;
/** Share of 10 s in which somebody waited. CPUs are shared by design; waiting for memory or disks is felt at once. */
const PRESSURE = { cpu: 60, memory: 10, io: 40 } as const;

/** Everything that needs attention, the worst and latest first. */
export function findTrouble(sources: TroubleSources): Trouble[] {
  const crashes = crashTrouble(sources);
  const crashing = new Set(crashes.map(({ container }) => container?.id));
  const failed = failedTrouble(sources).filter(({ container }) => !crashing.has(container?.id));
  return [...hostTrouble(sources.host), ...crashes, ...failed, ...checkTrouble(sources)];
}

function hostTrouble(host: HostSample | undefined): Trouble[] {
  if (!host) return [];
  const found: Trouble[] = [];
  if (host.diskTotal > 0 && host.disk / host.diskTotal > DISK_FULL) {
    const free = bytes(host.diskTotal - host.disk);
    const title = `The disk is ${percent(host.disk / host.diskTotal)} full`;
    const why = `${free} are left. Remove images that no box uses, or boxes that ended.`;
    found.push({ key: 'disk', title, why, tone: 'bad', href: '/images/?unused=true' });
  }
  if (host.memoryTotal > 0 && host.memory / host.memoryTotal > MEMORY_FULL) {
    const title = `Memory is ${percent(host.memory / host.memoryTotal)} used`;
    const why = `${bytes(host.memoryTotal - host.memory)} are left. The kernel ends programs when none is.`;
    found.push({ key: 'memory', title, why, tone: 'bad' });
  }
  const waits = { cpu: host.cpuPressure, memory: host.memoryPressure, io: host.ioPressure };
  for (const [name, limit] of Object.entries(PRESSURE)) {
    const value = waits[name as keyof typeof waits];
    if (value === null || value < limit) continue;
    const what = { cpu: 'a CPU', memory: 'memory', io: 'a disk' }[name];
    const why = `Some program had to wait in ${Math.round(value)}% of the last 10 seconds.`;
    found.push({ key: `pressure-${name}`, title: `Programs wait for ${what}`, why, tone: 'busy' });
  }
  return found;
}

/** Boxes that ended badly again and again. */
function crashTrouble({ containers, events, now }: TroubleSources): Trouble[] {
  const ends = new Map<string, EventView[]>();
  for (const event of events) {
    if (!isCrash(event) || now - Date.parse(event.time) > CRASHES_WITHIN_MS) continue;
    ends.set(event.id, [...(ends.get(event.id) ?? []), event]);
  }
  const found: Trouble[] = [];
  for (const { id, name } of containers) {
    const crashes = ends.get(id) ?? [];
    const at = crashes.at(-1)?.time;
    if (crashes.length < CRASHES || at === undefined) continue;
    const why = `It ended badly ${crashes.length} times in 10 minutes.`;
    found.push({
      key: `crash-${id}`,
      title: `${name} crashes again and again`,
      why,
      tone: 'bad',
      at,
      container: { id, name },
    });
  }
  return found;
}

function isCrash({ type, action, attributes }: EventView): boolean {
  return type === 'container' && action === 'die' && attributes.exitCode !== '0';
}

/** Boxes that ended badly, or could not start, and are still down. */
function failedTrouble({ containers, now }: TroubleSources): Trouble[] {
  const found: Trouble[] = [];
  for (const container of containers) {
    const { id, name, state, finishedAt, createdAt, reason } = container;
    if (isAlive(state)) continue;
    const neverStarted = state === 'created' && reason !== null;
    const at = finishedAt ?? createdAt;
    const { tone, why } = statusOf(container);
    if ((tone !== 'bad' && !neverStarted) || now - Date.parse(at) > FAILED_SINCE_MS) continue;
    const title = neverStarted
      ? `${name} could not start`
      : `${name} ${state === 'lost' ? 'was lost' : 'failed'}`;
    found.push({ key: `failed-${id}`, title, why, tone: 'bad', at, container: { id, name } });
  }
  return found.sort((a, b) => (b.at ?? '').localeCompare(a.at ?? ''));
}

/** What the host lacks: one line, as it seldom changes. */
function checkTrouble({ checks }: TroubleSources): Trouble[] {
  const wrong = checks.filter(({ status }) => status !== 'ok');
  const missing = wrong.filter(({ status }) => status === 'missing').length;
  if (wrong.length === 0) return [];
  const title = `This host lacks ${wrong.length === 1 ? 'something' : `${wrong.length} things`}`;
  const why = `${wrong.map((check) => `${check.title}: ${check.found}`).join('. ')}.`;
  return [{ key: 'checks', title, why, tone: missing > 0 ? 'bad' : 'busy', href: '/settings/' }];
}
