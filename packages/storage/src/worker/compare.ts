import { closeSync, constants, openSync, readlinkSync, readSync } from 'node:fs';
import { readXattrs } from '@boxyard/kernel';
import { printable } from '../tar/failure.ts';
import { TAR_LIMITS } from '../tar/limits.ts';
import { type TreeEntry, walkTree } from '../unpack/tree.ts';

const { O_NOFOLLOW, O_NONBLOCK, O_RDONLY } = constants;
const READ_BYTES = 256 * 1024;

/**
 * The first thing in which a tree differs from the one it should be: a name, type, mode, owner, size, time (but of directories), number
 * of names, device, target, attribute or byte. Undefined when they are the same.
 */
export function firstDifference(wanted: string, found: string): string | undefined {
  const left = walkTree(wanted, TAR_LIMITS.depth);
  const right = walkTree(found, TAR_LIMITS.depth);
  try {
    for (;;) {
      const [want, is] = [left.next(), right.next()];
      if (want.done && is.done) return undefined;
      const difference = differenceOf(want.value ?? undefined, is.value ?? undefined);
      if (difference !== undefined) return difference;
    }
  } finally {
    left.return(undefined);
    right.return(undefined);
  }
}

function differenceOf(want: TreeEntry | undefined, is: TreeEntry | undefined): string | undefined {
  // Both walks go in the same order: the lower name is the one that the other side does not have.
  const order = !want ? 1 : !is ? -1 : Buffer.compare(want.path, is.path);
  if (order < 0) return `'${nameOf(want as TreeEntry)}' is missing`;
  if (order > 0) return `'${nameOf(is as TreeEntry)}' does not belong there`;
  const [a, b] = [want as TreeEntry, is as TreeEntry];
  const name = nameOf(a);
  const what = METADATA.find(([, value]) => value(a) !== value(b))?.[0];
  if (what !== undefined) return `'${name}' has another ${what}`;
  if (attributesOf(a) !== attributesOf(b)) return `'${name}' has other attributes`;
  if (a.status.isSymbolicLink() && !targetOf(a).equals(targetOf(b))) return `'${name}' leads elsewhere`;
  if (a.status.isFile() && !sameBytes(a, b)) return `'${name}' has other bytes`;
  return undefined;
}

const METADATA: readonly (readonly [what: string, value: (entry: TreeEntry) => unknown])[] = [
  ['type or mode', ({ status }) => status.mode],
  ['owner', ({ status }) => `${status.uid}:${status.gid}`],
  ['size', ({ status }) => (status.isDirectory() ? 0n : status.size)],
  // A directory that the archive does not name has the time at which it was made.
  ['time', ({ status }) => (status.isDirectory() ? 0n : status.mtimeNs)],
  ['number of names', ({ status }) => (status.isDirectory() ? 0n : status.nlink)],
  ['device number', ({ status }) => status.rdev],
];

const nameOf = ({ path }: TreeEntry) => (path.length === 0 ? '/' : printable(path));
const targetOf = ({ at }: TreeEntry) => readlinkSync(at, { encoding: 'buffer' });

function attributesOf({ at }: TreeEntry): string {
  return JSON.stringify([...readXattrs(at)].map(([name, value]) => [name, value.toString('hex')]).sort());
}

function sameBytes(a: TreeEntry, b: TreeEntry): boolean {
  const left = openSync(a.at, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
  try {
    const right = openSync(b.at, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
    try {
      return sameContent(left, right);
    } finally {
      closeSync(right);
    }
  } finally {
    closeSync(left);
  }
}

const buffers = [Buffer.allocUnsafe(READ_BYTES), Buffer.allocUnsafe(READ_BYTES)] as const;

function sameContent(left: number, right: number): boolean {
  for (;;) {
    const [length, other] = [readSync(left, buffers[0]), readSync(right, buffers[1])];
    if (length !== other || buffers[0].compare(buffers[1], 0, other, 0, length) !== 0) return false;
    if (length === 0) return true;
  }
}
