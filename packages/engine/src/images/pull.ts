/** Pulling: a task that fetches what the store lacks of an image, each layer unpacked while it comes. */
import { createHash } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import type { PullRequest, TaskView } from '@boxyard/api';
import type { Descriptor, RemoteImage } from '@boxyard/registry';
import {
  BoxError,
  familiarName,
  familiarReference,
  formatPlatform,
  type ImageReference,
  type Platform,
  parsePlatform,
  platformOf,
} from '@boxyard/spec';
import { type Lease, parseImageConfig } from '@boxyard/storage';
import { assertOpen, type EngineContext } from '../context.ts';
import type { TaskWork } from '../tasks/tasks.ts';
import { allOrNone } from './all-or-none.ts';
import { hexOf, referenceOf, shortDigest, TRANSFERS_AT_ONCE } from './transfers.ts';

interface Wish {
  reference: ImageReference;
  platform: Platform;
  credential: PullRequest['credential'];
}

/** Begins to pull, or joins the pull of the same image that is under way. Throws INVALID_ARGUMENT. */
export function pullImage(engine: EngineContext, request: PullRequest): TaskView {
  assertOpen(engine);
  const reference = referenceOf(request.image);
  const platform =
    request.platform === undefined ? platformOf(process.arch) : parsePlatform(request.platform);
  const wish: Wish = { reference, platform, credential: request.credential };
  return engine.tasks.begin(
    { kind: 'pull', subject: familiarReference(reference), key: keyOf(wish) },
    (task) => pull(engine, wish, task),
  );
}

/** Pulls with one key are one pull. Callers with other credentials are others: a registry may say yes to one of them alone. */
function keyOf({ reference, platform, credential }: Wish): string {
  const caller = createHash('sha256')
    .update(JSON.stringify(credential ?? null))
    .digest('hex');
  return ['pull', familiarReference(reference), formatPlatform(platform), caller].join(' ');
}

async function pull(engine: EngineContext, wish: Wish, task: TaskWork): Promise<TaskView['result']> {
  const { reference, platform, credential } = wish;
  // Whatever was fetched when this ends without an image is collected with the lease.
  using lease = engine.images.lease();
  const call = { credential, signal: task.signal, onNote: (line: string) => task.note(line) };
  // From here on digests alone count: a tag that is moved meanwhile changes nothing.
  const remote = await engine.registry.resolve(reference, { ...call, platform });
  const part = { remote, lease, task };
  const config = await fetchConfig(engine, wish, part);
  const { diffIds } = parseImageConfig(config, `the configuration of ${familiarReference(reference)}`);
  await fetchLayers(engine, wish, { ...part, diffIds });
  task.signal.throwIfAborted();
  const image = await engine.images.addImage(lease, {
    manifest: remote.manifest.bytes,
    ...(reference.digest === undefined ? { tag: familiarReference(reference) } : {}),
    digests: [`${familiarName(reference)}@${remote.digest}`],
  });
  const name = familiarReference(reference);
  const attributes = { digest: remote.digest };
  engine.events.add({ type: 'image', action: 'pull', id: image.id, name, attributes });
  return { image: image.id, digest: remote.digest, name, platform: image.platform };
}

interface Part {
  remote: RemoteImage;
  lease: Lease;
  task: TaskWork;
}

async function fetchConfig(
  engine: EngineContext,
  { reference, credential }: Wish,
  { remote, lease, task }: Part,
): Promise<Buffer> {
  const digest = hexOf(remote.config.digest);
  lease.holdBlob(digest);
  const here = await readSound(engine, digest);
  if (here) return here;
  const onNote = (line: string) => task.note(line);
  const bytes = await buffer(
    engine.registry.blob(reference, remote.config, { credential, signal: task.signal, onNote }),
  );
  await engine.images.putDocument(lease, bytes, digest);
  return bytes;
}

/** A document that is here; one that was damaged is as good as none and fetched again. */
async function readSound(engine: EngineContext, digest: string): Promise<Buffer | undefined> {
  if (!(await engine.images.hasBlob(digest))) return undefined;
  const bytes = await buffer(engine.images.readBlob(digest));
  return createHash('sha256').update(bytes).digest('hex') === digest ? bytes : undefined;
}

async function fetchLayers(
  engine: EngineContext,
  wish: Wish,
  part: Part & { diffIds: readonly string[] },
): Promise<void> {
  const { diffIds, task } = part;
  const { layers } = part.remote;
  if (layers.length !== diffIds.length) {
    throw new BoxError(
      'DAMAGED',
      `${familiarReference(wish.reference)} has ${layers.length} layers, its configuration says ${diffIds.length}`,
      { hint: 'whoever pushed it has to push it again' },
    );
  }
  for (const layer of layers) barOf(task, layer);
  await allOrNone(layers, { most: TRANSFERS_AT_ONCE, signal: task.signal }, async (layer, index, signal) => {
    await fetchLayer(engine, wish, { ...part, layer, diffId: diffIds[index] as string, signal });
  });
}

async function fetchLayer(
  engine: EngineContext,
  { reference, credential }: Wish,
  part: Part & { layer: Descriptor; diffId: string; signal: AbortSignal },
): Promise<void> {
  const { layer, diffId, lease, task, signal } = part;
  const bar = barOf(task, layer);
  const { digest, mediaType, size } = layer;
  const onNote = (line: string) => {
    task.note(`${shortDigest(digest)}: ${line}`);
    bar.set({ state: 'retrying' });
  };
  const moved = (current: number) => {
    bar.set({ state: current < size ? 'working' : 'unpacking', current });
  };
  let asked = false;
  const open = () => {
    asked = true;
    return counted(engine.registry.blob(reference, layer, { credential, signal, onNote }), moved);
  };
  try {
    const became = await engine.images.ensureLayer(
      lease,
      { digest: hexOf(digest), mediaType, size, diffId },
      open,
      // Of a layer that another pull fetches or whose blob is here: then nobody asks for ours.
      { signal, onProgress: ({ read }) => asked || moved(read) },
    );
    bar.set({ state: became === 'present' ? 'exists' : 'done', current: size });
  } catch (error) {
    bar.set({ state: 'failed' });
    throw error;
  }
}

/** The chunks as they are, and how many bytes have come with each. */
async function* counted(
  chunks: AsyncIterable<Uint8Array>,
  tell: (bytes: number) => void,
): AsyncGenerator<Uint8Array> {
  let bytes = 0;
  for await (const chunk of chunks) {
    bytes += chunk.length;
    tell(bytes);
    yield chunk;
  }
}

function barOf(task: TaskWork, { digest, size }: Descriptor) {
  const bar = task.item(digest, shortDigest(digest));
  bar.set({ total: size });
  return bar;
}
