import { readdirSync } from 'node:fs';
import { readdir } from 'node:fs/promises';

/** One file of a container's log: `<sequence>-<first offset>.log` (docs/protocol.md, Log). */
export interface Segment {
  name: string;
  sequence: number;
  /** Content offset of its first record. */
  offset: number;
}

const NAME = /^(\d{8,16})-(\d{1,16})\.log$/;

export function parseSegmentName(name: string): Segment | undefined {
  const [, sequence, offset] = NAME.exec(name) ?? [];
  return sequence === undefined ? undefined : { name, sequence: Number(sequence), offset: Number(offset) };
}

/** The segments of a log, oldest first; none when there is no such directory (a container that never started). */
export async function listSegments(directory: string): Promise<Segment[]> {
  return sortSegments(await readdir(directory).catch(noneIfMissing));
}

/** The same without a way through the thread pool, which would be a tenth of a start: a directory of a few names. */
export function listSegmentsNow(directory: string): Segment[] {
  let names: string[];
  try {
    names = readdirSync(directory);
  } catch (error) {
    names = noneIfMissing(error);
  }
  return sortSegments(names);
}

function sortSegments(names: readonly string[]): Segment[] {
  return names
    .map(parseSegmentName)
    .filter((segment) => segment !== undefined)
    .sort((a, b) => a.sequence - b.sequence);
}

function noneIfMissing(error: unknown): string[] {
  if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
  throw error;
}
