import { closeSync, openSync, readdirSync, readFileSync, readSync, statSync } from 'node:fs';
import { join } from 'node:path';
import {
  parseAmount,
  parseCpuUsage,
  parseIoStat,
  parsePressure,
  parseProcs,
  parseResidentPages,
} from './stats.ts';

/** Totals of one cgroup and all below it, at one moment. */
export interface CgroupReading {
  /** CPU time used since it was made, microseconds. */
  cpu: number;
  /** Bytes. */
  memory: number;
  memorySource: 'cgroup' | 'processes';
  processes: number;
  /** Bytes from and to block devices since it was made; null without the io controller. */
  io: { read: number; written: number } | null;
}

export interface Pressures {
  cpu: number | null;
  memory: number | null;
  io: number | null;
}

/** Descriptors kept over all meters: a quarter of what this process may have, and never more than this. */
const KEPT_MAX = 2_048;
/** Of a box with more processes the memory is that of so many, scaled up: reading 10,000 would take 60 ms each time. */
const RESIDENT_MAX = 1_000;
/** A directory of the cgroup file system has a link for itself, one for `.` and one for each below. */
const LINKS_WITHOUT_CHILDREN = 2;
/** Where no CPU time was used no process came, went or asked for memory; but the kernel may have taken some back. */
const UNCHANGED_MS = 60_000;
const AT_PAGESZ = 6n;

const buffer = Buffer.allocUnsafe(64 * 1024);
let kept = 0;
let keptMax: number | undefined;
let pageBytes: number | undefined;

/** Page size by the auxiliary vector (getauxval(3)): 4 KiB on x86-64, up to 64 KiB on arm64. */
function pageSize(): number {
  if (pageBytes === undefined) {
    const words = new BigUint64Array(new Uint8Array(readFileSync('/proc/self/auxv')).buffer);
    const at = words.findIndex((key, index) => index % 2 === 0 && key === AT_PAGESZ);
    pageBytes = Number(words[at + 1] ?? 4096n);
  }
  return pageBytes;
}

function mayKeep(): boolean {
  if (keptMax === undefined) {
    const [, limit] = /^Max open files\s+(\d+)/m.exec(readFileSync('/proc/self/limits', 'utf8')) ?? [];
    keptMax = limit === undefined ? KEPT_MAX : Math.min(KEPT_MAX, Number(limit) / 4);
  }
  return kept < keptMax;
}

/** ENODEV: the cgroup was removed under an open descriptor. ESRCH: the process was reaped. EOPNOTSUPP: booted without pressure. */
const GONE = new Set(['ENOENT', 'ENODEV', 'ESRCH', 'EOPNOTSUPP']);

function unlessGone<T>(action: () => T): T | undefined {
  try {
    return action();
  } catch (error) {
    if (GONE.has((error as NodeJS.ErrnoException).code ?? '')) return undefined;
    throw error;
  }
}

/** From the start to the end: the kernel gives a page at a time. */
function readAll(fd: number): string {
  let text = '';
  for (let at = 0; ; ) {
    const count = readSync(fd, buffer, 0, buffer.length, at);
    if (count === 0) return text;
    text += buffer.toString('latin1', 0, count);
    at += count;
  }
}

/** The same for a file that is not kept open. */
function readOnce(path: string): string | undefined {
  return unlessGone(() => {
    const fd = openSync(path, 'r');
    try {
      return readAll(fd);
    } finally {
      closeSync(fd);
    }
  });
}

/** A file read again and again: pread of an open one is four times as fast as opening it. */
class KeptFile {
  readonly #path: string;
  #fd: number | undefined;
  #closed = false;

  constructor(path: string) {
    this.#path = path;
  }

  /** Undefined when it is not, or no longer, there. */
  read(): string | undefined {
    if (this.#closed) return undefined;
    if (this.#fd === undefined) {
      if (!mayKeep()) return readOnce(this.#path);
      this.#fd = unlessGone(() => openSync(this.#path, 'r'));
      if (this.#fd === undefined) return undefined;
      kept += 1;
    }
    const fd = this.#fd;
    return unlessGone(() => readAll(fd));
  }

  [Symbol.dispose](): void {
    this.#closed = true;
    if (this.#fd === undefined) return;
    closeSync(this.#fd);
    this.#fd = undefined;
    kept -= 1;
  }
}

/** Reads what one cgroup uses. Only files of the kernel are opened, none that a box could have put there. Dispose it when the box ends. */
export class CgroupMeter {
  readonly #path: string;
  readonly #cpu: KeptFile;
  readonly #memory: KeptFile;
  readonly #tasks: KeptFile;
  readonly #io: KeptFile;
  readonly #procs: KeptFile;
  #before: { at: number; reading: CgroupReading } | undefined;
  /** Which controllers are here; undefined before the first reading. */
  #has: { memory: boolean; io: boolean } | undefined;

  constructor(path: string) {
    this.#path = path;
    this.#cpu = new KeptFile(join(path, 'cpu.stat'));
    this.#memory = new KeptFile(join(path, 'memory.current'));
    this.#tasks = new KeptFile(join(path, 'pids.current'));
    this.#io = new KeptFile(join(path, 'io.stat'));
    this.#procs = new KeptFile(join(path, 'cgroup.procs'));
  }

  /** A step for each process that is looked at, so that the caller can pause in between. Undefined: the cgroup is gone. */
  *read(): Generator<void, CgroupReading | undefined> {
    const text = this.#cpu.read();
    if (text === undefined) return undefined;
    const cpu = parseCpuUsage(text);
    const before = this.#before;
    if (before?.reading.cpu === cpu && performance.now() - before.at < UNCHANGED_MS) return before.reading;
    const reading = yield* this.#readAll(cpu);
    this.#before = { at: performance.now(), reading };
    return reading;
  }

  *#readAll(cpu: number): Generator<void, CgroupReading> {
    const memory = this.#has?.memory === false ? undefined : this.#memory.read();
    const io = this.#has?.io === false ? undefined : this.#io.read();
    this.#has ??= { memory: memory !== undefined, io: io !== undefined };
    const rest = { cpu, io: io === undefined ? null : parseIoStat(io) };
    if (memory !== undefined) {
      const tasks = this.#tasks.read();
      const processes = tasks === undefined ? this.#pids().length : (parseAmount(tasks) ?? 0);
      return { ...rest, memory: parseAmount(memory) ?? 0, memorySource: 'cgroup', processes };
    }
    const pids = this.#pids();
    const looked = pids.slice(0, RESIDENT_MAX);
    let pages = 0;
    for (const pid of looked) {
      pages += parseResidentPages(readOnce(`/proc/${pid}/statm`) ?? '');
      yield;
    }
    const scale = looked.length === 0 ? 0 : pids.length / looked.length;
    const resident = Math.round(pages * scale) * pageSize();
    return { ...rest, memory: resident, memorySource: 'processes', processes: pids.length };
  }

  /** Bytes it may have; null: no limit of its own, or no controller to hold it to one. */
  memoryLimit(): number | null {
    const text = readOnce(join(this.#path, 'memory.max'));
    return text === undefined ? null : parseAmount(text);
  }

  /** How much of the last 10 s some process waited for each. The kernel renews the averages every 2 s. */
  pressures(): Pressures {
    const of = (file: string): number | null => parsePressure(readOnce(join(this.#path, file)) ?? '');
    return { cpu: of('cpu.pressure'), memory: of('memory.pressure'), io: of('io.pressure') };
  }

  /** Those in it and in the cgroups that the box made below. */
  #pids(): number[] {
    const pids = parseProcs(this.#procs.read() ?? '');
    const links = statSync(this.#path, { throwIfNoEntry: false })?.nlink ?? 0;
    if (links > LINKS_WITHOUT_CHILDREN) pids.push(...pidsBelow(this.#path));
    return pids;
  }

  [Symbol.dispose](): void {
    for (const file of [this.#cpu, this.#memory, this.#tasks, this.#io, this.#procs]) file[Symbol.dispose]();
  }
}

function pidsBelow(path: string): number[] {
  const entries = unlessGone(() => readdirSync(path, { withFileTypes: true })) ?? [];
  return entries
    .filter((entry) => entry.isDirectory())
    .flatMap(({ name }) => {
      const child = join(path, name);
      return [...parseProcs(readOnce(join(child, 'cgroup.procs')) ?? ''), ...pidsBelow(child)];
    });
}
