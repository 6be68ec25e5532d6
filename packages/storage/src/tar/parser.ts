/**
 * Cuts a stream of bytes into the entries of a tar archive. Incremental and without I/O: push chunks of any size, get `entry`, `data`
 * and `entryEnd` calls. Holes of sparse files are simply not mentioned: `data` says where its bytes belong.
 */
import { BoxError } from '@boxyard/spec';
import { type Extensions, makeEntry, type StoredEntry, type TarEntry } from './entry.ts';
import { damaged, noArchive, printable, tooLarge } from './failure.ts';
import { checksumMatches, isZeroBlock, parseHeader, TAR_BLOCK_BYTES, type TarHeader } from './header.ts';
import { TAR_LIMITS, type TarLimits } from './limits.ts';
import { type PaxRecord, parsePaxRecords } from './pax.ts';
import {
  checkSparseMap,
  parseOldSparseExtension,
  parseOldSparseHeader,
  parseSparseMapBlocks,
  type SparseMap,
} from './sparse.ts';

export interface TarSink {
  entry(entry: TarEntry): void;
  /** Bytes of the last file at this offset in it. The memory is used again after the call. */
  data(offset: number, bytes: Buffer): void;
  entryEnd(): void;
}

/** Bytes collected before they can be understood: headers, extension headers, sparse maps. */
interface Collecting {
  bytes: Buffer;
  filled: number;
  /** How many of `bytes` matter to `done`. */
  done: (bytes: Buffer) => void;
}

const padded = (bytes: number) => Math.ceil(bytes / TAR_BLOCK_BYTES) * TAR_BLOCK_BYTES;

export class TarParser {
  readonly #sink: TarSink;
  readonly #limits: TarLimits;
  /** What the bytes to come are: blocks to be understood, data of an entry, bytes to drop, or whatever follows the end mark. */
  #state: 'collect' | 'data' | 'skip' | 'end' = 'collect';
  #collecting: Collecting;
  #remaining = 0;
  #padding = 0;
  /** Regions of the current file still to come, the first being filled. */
  #regions: SparseMap = [];
  #regionIndex = 0;
  #regionFilled = 0;
  #entryOpen = false;

  #globals = new Map<string, Buffer>();
  #globalBytes = 0;
  #pax: PaxRecord[] = [];
  #paxBytes = 0;
  #longName: Buffer | undefined;
  #longLink: Buffer | undefined;

  /** A header was seen: what is wrong from now on is damage, not another format. */
  #begun = false;
  #entries = 0;
  #totalBytes = 0;
  #bytes = 0;

  constructor(sink: TarSink, limits: TarLimits = TAR_LIMITS) {
    this.#sink = sink;
    this.#limits = limits;
    this.#collecting = this.#header();
  }

  /** Entries so far. */
  get entries(): number {
    return this.#entries;
  }

  /** The next bytes of the archive. Throws BoxError; the parser cannot be used after that. */
  push(chunk: Buffer): void {
    this.#bytes += chunk.length;
    let at = 0;
    while (at < chunk.length) {
      if (this.#state === 'end') return;
      if (this.#state === 'collect') at = this.#collect(chunk, at);
      else {
        const end = Math.min(chunk.length, at + this.#remaining);
        if (this.#state === 'data') this.#data(chunk.subarray(at, end));
        this.#remaining -= end - at;
        at = end;
        if (this.#remaining === 0) this.#finishBytes();
      }
    }
  }

  /** The stream ended. Throws BoxError DAMAGED when the archive did not. */
  end(): void {
    if (this.#state === 'end') return;
    if (this.#bytes === 0) throw noArchive('the archive is empty');
    if (!this.#begun) throw noArchive('this is no tar archive');
    throw damaged('the archive is cut off: its end mark is missing');
  }

  #collect(chunk: Buffer, at: number): number {
    const collecting = this.#collecting;
    const wanted = collecting.bytes.length - collecting.filled;
    if (collecting.filled === 0 && chunk.length - at >= wanted) {
      collecting.done(chunk.subarray(at, at + wanted));
      return at + wanted;
    }
    const taken = Math.min(wanted, chunk.length - at);
    chunk.copy(collecting.bytes, collecting.filled, at, at + taken);
    collecting.filled += taken;
    if (taken === wanted) {
      collecting.filled = 0;
      collecting.done(collecting.bytes);
    }
    return at + taken;
  }

  #expect(bytes: number, done: (bytes: Buffer) => void): void {
    this.#state = 'collect';
    this.#collecting = { bytes: Buffer.allocUnsafe(bytes), filled: 0, done };
  }

  #headerCollecting: Collecting | undefined;
  #header(): Collecting {
    this.#headerCollecting ??= {
      bytes: Buffer.allocUnsafe(TAR_BLOCK_BYTES),
      filled: 0,
      done: (block) => this.#onHeader(block),
    };
    return this.#headerCollecting;
  }

  #expectHeader(): void {
    this.#state = 'collect';
    this.#collecting = this.#header();
  }

  #skip(bytes: number): void {
    this.#remaining = bytes;
    this.#state = 'skip';
    if (bytes === 0) this.#finishBytes();
  }

  /** Data or padding is through. */
  #finishBytes(): void {
    if (this.#state === 'data' && this.#padding > 0) {
      const padding = this.#padding;
      this.#padding = 0;
      this.#skip(padding);
      return;
    }
    if (this.#entryOpen) {
      this.#entryOpen = false;
      this.#sink.entryEnd();
    }
    this.#expectHeader();
  }

  #onHeader(block: Buffer): void {
    if (isZeroBlock(block)) {
      if (this.#paxBytes > 0 || this.#longName || this.#longLink) {
        throw damaged('the archive ends between a header and its file');
      }
      // One zero block is enough (GNU tar warns and stops as well); what follows is padding.
      this.#state = 'end';
      return;
    }
    if (!this.#begun && !checksumMatches(block)) throw noArchive('this is no tar archive');
    this.#begun = true;
    const header = parseHeader(block);
    switch (header.type) {
      case 'x':
      case 'X': // Solaris before pax was a standard
        this.#expectExtension(header, (bytes) => this.#onPax(bytes));
        return;
      case 'g':
        this.#expectExtension(header, (bytes) => this.#onGlobalPax(bytes));
        return;
      case 'L':
        this.#expectExtension(header, (bytes) => {
          this.#longName = untilNul(bytes);
        });
        return;
      case 'K':
        this.#expectExtension(header, (bytes) => {
          this.#longLink = untilNul(bytes);
        });
        return;
      case 'V': // the volume's label is no file
        this.#skip(padded(header.size));
        return;
      case 'M':
      case 'N':
        throw damaged(
          `entry '${printable(header.name)}' needs the other volumes of a multi-volume archive or a tar of before 1990`,
        );
    }
    this.#onEntry(header, block);
  }

  #expectExtension(header: TarHeader, done: (bytes: Buffer) => void): void {
    if (header.size > this.#limits.extensionBytes) {
      throw tooLarge(
        `a header of ${header.size} bytes comes before a file, the largest is ${this.#limits.extensionBytes}`,
      );
    }
    const finish = (bytes: Buffer) => {
      done(bytes.subarray(0, header.size));
      this.#expectHeader();
    };
    if (header.size === 0) finish(Buffer.alloc(0));
    else this.#expect(padded(header.size), finish);
  }

  #onPax(bytes: Buffer): void {
    this.#paxBytes += bytes.length;
    if (this.#paxBytes > this.#limits.extensionBytes) throw tooLarge('pax headers without a file pile up');
    this.#pax.push(...parsePaxRecords(bytes));
  }

  #onGlobalPax(bytes: Buffer): void {
    for (const [key, value] of parsePaxRecords(bytes)) {
      // A name for everything that follows, a size for all: no honest writer does that, and readers disagree on what it means.
      if (/^(path|linkpath|size)$/.test(key) || key.startsWith('GNU.sparse.')) {
        throw damaged(`a global pax header sets '${key}' for all files`);
      }
      this.#globalBytes += key.length + value.length - (this.#globals.get(key)?.length ?? -key.length);
      this.#globals.set(key, value);
    }
    if (this.#globalBytes > this.#limits.extensionBytes) throw tooLarge('global pax headers pile up');
  }

  #takeExtensions(): Extensions {
    const extensions: Extensions = {
      pax: this.#globals.size === 0 ? this.#pax : [...this.#globals, ...this.#pax],
      ...(this.#longName ? { longName: this.#longName } : {}),
      ...(this.#longLink ? { longLink: this.#longLink } : {}),
    };
    this.#pax = [];
    this.#paxBytes = 0;
    this.#longName = undefined;
    this.#longLink = undefined;
    return extensions;
  }

  #onEntry(header: TarHeader, block: Buffer): void {
    if (++this.#entries > this.#limits.entries) {
      throw tooLarge(`the archive has more than ${this.#limits.entries} entries`);
    }
    const entry = makeEntry(header, this.#takeExtensions(), this.#limits);
    if (header.type === 'S') this.#onOldSparse(entry, block);
    else if (entry.sparse && !entry.sparse.map) this.#expectSparseMap(entry, TAR_BLOCK_BYTES);
    else this.#open(entry, entry.sparse?.map);
  }

  #onOldSparse(entry: StoredEntry, block: Buffer): void {
    const { map, realSize, extended } = parseOldSparseHeader(block);
    if (realSize < 0 || realSize > this.#limits.fileBytes) {
      throw tooLarge(`file '${printable(entry.path)}' has ${realSize} bytes`);
    }
    entry.size = realSize;
    const more = (bytes: Buffer) => {
      const next = parseOldSparseExtension(bytes);
      map.push(...next.map);
      this.#checkRegions(entry, map.length);
      if (next.extended) this.#expect(TAR_BLOCK_BYTES, more);
      else this.#open(entry, map);
    };
    if (extended) this.#expect(TAR_BLOCK_BYTES, more);
    else this.#open(entry, map);
  }

  /** pax 1.0: the map is the first blocks of the data; how many, only the map itself tells. */
  #expectSparseMap(entry: StoredEntry, bytes: number, before: Buffer = Buffer.alloc(0)): void {
    if (before.length + bytes > padded(entry.stored)) {
      throw damaged(`the map of sparse file '${printable(entry.path)}' is cut off`);
    }
    this.#expect(bytes, (block) => {
      const data = Buffer.concat([before, block]);
      const parsed = parseSparseMapBlocks(data, this.#limits);
      // Twice as much each time, so that a long map is not parsed anew for every block of it.
      if (!parsed) {
        const left = padded(entry.stored) - data.length;
        this.#expectSparseMap(entry, Math.max(TAR_BLOCK_BYTES, Math.min(data.length, left)), data);
        return;
      }
      this.#open({ ...entry, stored: entry.stored - parsed.bytes }, parsed.map);
      // The last step may have taken blocks of data as well.
      if (data.length > parsed.bytes) this.#replay(data.subarray(parsed.bytes));
    });
  }

  #replay(bytes: Buffer): void {
    this.#bytes -= bytes.length;
    this.push(bytes);
  }

  #checkRegions(entry: TarEntry, regions: number): void {
    if (regions > this.#limits.sparseRegions) {
      throw tooLarge(
        `sparse file '${printable(entry.path)}' has more than ${this.#limits.sparseRegions} regions`,
      );
    }
  }

  #open(entry: StoredEntry, map: SparseMap | undefined): void {
    this.#totalBytes += entry.size;
    if (this.#totalBytes > this.#limits.totalBytes) {
      throw tooLarge(`the files of the archive have more than ${this.#limits.totalBytes} bytes`);
    }
    const holdsData = entry.type === 'file';
    if (map) {
      this.#checkRegions(entry, map.length);
      this.#regions = withName(entry, () => checkSparseMap(map, entry.size, entry.stored));
    } else this.#regions = [{ offset: 0, length: entry.size }];
    this.#regionIndex = 0;
    this.#regionFilled = 0;
    this.#sink.entry(entry);
    this.#entryOpen = true;
    const padding = padded(entry.stored) - entry.stored;
    if (!holdsData) {
      this.#skip(entry.stored + padding);
      return;
    }
    this.#remaining = entry.stored;
    this.#padding = padding;
    this.#state = 'data';
    if (entry.stored === 0) this.#finishBytes();
  }

  #data(bytes: Buffer): void {
    let at = 0;
    while (at < bytes.length) {
      const region = this.#regions[this.#regionIndex];
      if (!region) throw damaged('a sparse file holds more data than its map');
      const end = Math.min(bytes.length, at + region.length - this.#regionFilled);
      this.#sink.data(region.offset + this.#regionFilled, bytes.subarray(at, end));
      this.#regionFilled += end - at;
      at = end;
      if (this.#regionFilled === region.length) {
        this.#regionIndex++;
        this.#regionFilled = 0;
      }
    }
  }
}

function untilNul(bytes: Buffer): Buffer {
  const nul = bytes.indexOf(0);
  return Buffer.from(nul === -1 ? bytes : bytes.subarray(0, nul));
}

/** Says which file a failure is about. */
function withName<T>(entry: TarEntry, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof BoxError)) throw error;
    throw damaged(`file '${printable(entry.path)}': ${error.message}`, error);
  }
}
