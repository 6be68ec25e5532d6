/** Small questions about trees, answered on the main thread: what helpers tell about single entries needs no Worker. */
import {
  FrameDecoder,
  FrameType,
  op,
  type Plan,
  TREE_FOLLOW,
  TREE_NO_DATA,
  TREE_NO_LINKS,
  TREE_SHALLOW,
} from '@boxyard/spec';
import { cancelled, throwIfCancelled } from '../worker/run.ts';
import { treeFailure, treeHelperVanished, treeTimeout } from './failure.ts';
import { startTreeHelper, type TreeHelper, type TreeRoot, treeRootOperation, wasTimeout } from './helper.ts';
import { isWhiteout, kindOf, parseToldEntry, type ToldEntry } from './told.ts';

export interface TreeChange {
  /** A: not in the lower tree; C: differs from it, or holds what does; D: gone. */
  kind: 'A' | 'C' | 'D';
  /** Bytes of a path relative to the root. */
  path: Buffer;
  /** Of a directory that is in both: mode and owner are the same. */
  attributesKept: boolean;
}

interface Question {
  root: TreeRoot;
  plan: Plan;
  signal?: AbortSignal | undefined;
}

/** Entries as they are told, and `undefined` at the end of each answer. */
async function* ask(helper: TreeHelper, { root, plan, signal }: Question) {
  throwIfCancelled(signal);
  const running = startTreeHelper(helper, root, { mode: 'read', plan });
  const stream = running.stream();
  const abort = () => stream.destroy();
  signal?.addEventListener('abort', abort);
  let left = plan.filter(({ name }) => name !== 'treeRoot').length;
  let failure: unknown;
  try {
    const decoder = new FrameDecoder();
    for await (const chunk of stream) {
      for (const frame of decoder.push(chunk as Buffer)) {
        if (frame.type === FrameType.error) throw treeFailure(frame.payload);
        if (frame.type === FrameType.open) yield parseToldEntry(frame.payload);
        if (frame.type !== FrameType.ack || left === 0) continue;
        left--;
        yield undefined;
      }
    }
  } catch (error) {
    failure = error;
  } finally {
    signal?.removeEventListener('abort', abort);
    stream.destroy();
    const end = await running.end(left === 0 && failure === undefined);
    if (wasTimeout(end)) failure = treeTimeout();
  }
  if (signal?.aborted) throw cancelled(signal);
  if (failure !== undefined) throw failure;
  if (left > 0) throw treeHelperVanished();
}

/** One entry by its path in the root: `path` comes back with all links on the way resolved. Undefined: there is nothing. */
export async function lookAt(
  helper: TreeHelper,
  what: { root: TreeRoot; path: string; followLink: boolean },
  signal: AbortSignal | undefined,
): Promise<ToldEntry | undefined> {
  const stat = op('treeStat', what.path, what.followLink ? TREE_FOLLOW : 0);
  let found: ToldEntry | undefined;
  for await (const told of ask(helper, {
    root: what.root,
    plan: [treeRootOperation(what.root), stat],
    signal,
  }))
    found ??= told;
  return found;
}

/** What lies in a directory, by name in byte order, nothing of it opened; at most `most`. Undefined: there is no such directory. */
export async function listDirectory(
  helper: TreeHelper,
  what: { root: TreeRoot; path: string; most: number },
  signal: AbortSignal | undefined,
): Promise<ToldEntry[] | undefined> {
  const tell = op('treeTell', what.path, TREE_NO_DATA | TREE_SHALLOW);
  const plan = [treeRootOperation(what.root), tell];
  let entries: ToldEntry[] | undefined;
  for await (const told of ask(helper, { root: what.root, plan, signal })) {
    if (!told) continue;
    if (told.path.length === 0) entries = kindOf(told) === 'directory' ? [] : undefined;
    else if (entries && entries.length < what.most) entries.push(told);
  }
  return entries;
}

/** What an overlay's upper directory changes in the tree below, in the order of the walk: directories before what they hold. */
export async function compare(
  helper: TreeHelper,
  { upper, lower }: { upper: TreeRoot; lower: TreeRoot },
  signal: AbortSignal | undefined,
): Promise<TreeChange[]> {
  const tell = op('treeTell', '/', TREE_NO_DATA);
  const changes: TreeChange[] = [];
  const uppers: ToldEntry[] = [];
  for await (const told of ask(helper, { root: upper, plan: [treeRootOperation(upper), tell], signal })) {
    // The root itself is always there.
    if (!told || told.path.length === 0) continue;
    changes.push({ kind: isWhiteout(told) ? 'D' : 'A', path: told.path, attributesKept: false });
    uppers.push(told);
  }
  if (changes.length === 0) return changes;
  const stats = changes.map(({ path }) => op('treeStat', path, TREE_NO_LINKS));
  let at = 0;
  let below: ToldEntry | undefined;
  for await (const told of ask(helper, { root: lower, plan: [treeRootOperation(lower), ...stats], signal })) {
    if (told) {
      // A single layer shows its own marks, which hide nothing.
      if (!isWhiteout(told)) below = told;
      continue;
    }
    const change = changes[at] as TreeChange;
    const above = uppers[at++] as ToldEntry;
    if (below && change.kind === 'A') change.kind = 'C';
    // Made and deleted again before anybody looked, or deleted twice.
    if (!below && change.kind === 'D') change.path = Buffer.alloc(0);
    change.attributesKept =
      kindOf(above) === 'directory' &&
      above.mode === below?.mode &&
      above.uid === below.uid &&
      above.gid === below.gid;
    below = undefined;
  }
  return changes.filter(({ path }) => path.length > 0);
}
