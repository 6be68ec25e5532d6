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
  try {
    const names = await readdir(directory);
    return names
      .map(parseSegmentName)
      .filter((segment) => segment !== undefined)
      .sort((a, b) => a.sequence - b.sequence);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}
