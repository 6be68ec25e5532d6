/** What an archive of images holds, judged before anything of it is kept: documents and the files they name, all with the right digests. */
import { BoxError, normalizeReference } from '@boxyard/spec';
import { parseManifest } from '../oci/documents.ts';
import { parseImageConfig } from '../oci/image-config.ts';
import { damaged } from '../oci/parse.ts';
import { hostile, printable } from '../tar/failure.ts';
import { DOCKER_MANIFEST, parseDockerManifest } from './docker-archive.ts';
import {
  annotatedName,
  blobName,
  choosePlatform,
  type IndexItem,
  LAYOUT_INDEX,
  LAYOUT_MARK,
  parseImageIndex,
} from './image-layout.ts';
import type { Member, Spool } from './spool.ts';

const IMAGES_MAX = 1_000;
/** An index in an index is how buildx writes several platforms; nothing goes deeper. */
const NESTING_MAX = 2;

export interface FoundLayer {
  member: Member;
  diffId: string;
  /** The blob as the manifest names it; absent in docker-archives, which say nothing about blobs. */
  blob?: { digest: string; mediaType: string; size: number };
}

/** An image of the archive. */
export interface FoundImage {
  /** Absent where there is none to keep. */
  manifest: Buffer | undefined;
  config: Buffer;
  /** sha256 of the config: the image's id. */
  id: string;
  /** Lowest first. */
  layers: FoundLayer[];
  /** `name:tag` in familiar form. */
  tags: string[];
}

/** Throws BoxError INVALID_ARGUMENT when it is no archive of images, DAMAGED when what it says does not fit together. */
export async function findImages(spool: Spool): Promise<FoundImage[]> {
  const images =
    spool.has(LAYOUT_INDEX) && spool.has(LAYOUT_MARK) ? await findLayout(spool) : await findDocker(spool);
  if (images.length > IMAGES_MAX) throw hostile(`the archive holds ${images.length} images`);
  return images;
}

async function findDocker(spool: Spool): Promise<FoundImage[]> {
  if (!spool.has(DOCKER_MANIFEST)) throw noImages();
  const found: FoundImage[] = [];
  for (const { config: name, layers, tags } of parseDockerManifest(await spool.document(DOCKER_MANIFEST))) {
    const member = spool.find(name);
    checkHexName(member);
    const config = await spool.document(name);
    const { diffIds } = parseImageConfig(config, printable(Buffer.from(name)));
    checkLayers(layers.length, diffIds.length, name);
    found.push({
      manifest: undefined,
      config,
      id: member.sha256,
      layers: layers.map((layer, at) => ({ member: spool.find(layer), diffId: diffIds[at] as string })),
      tags: tags.map(tagOf),
    });
  }
  return found;
}

/** What was handed in is something else. */
export function noImages(): BoxError {
  return new BoxError(
    'INVALID_ARGUMENT',
    'it holds no images: neither manifest.json nor index.json is there',
    {
      hint: "a root file system is taken by 'box import'",
    },
  );
}

async function findLayout(spool: Spool): Promise<FoundImage[]> {
  const found = new Map<string, FoundImage>();
  const seen = new Set<string>();
  for (const item of parseImageIndex(await spool.document(LAYOUT_INDEX), LAYOUT_INDEX)) {
    const manifest = await choose(spool, item, seen);
    const image = found.get(manifest.digest) ?? (await readImage(spool, manifest));
    const name = annotatedName(item);
    if (name !== undefined) image.tags.push(tagOf(name));
    found.set(manifest.digest, image);
  }
  if (found.size === 0) {
    throw new BoxError('INVALID_ARGUMENT', 'the archive holds no image', { hint: 'save it again' });
  }
  if (spool.has(DOCKER_MANIFEST)) await checkSameImages(spool, seen);
  return [...found.values()];
}

/** Of an index the manifest that suits this machine; `seen` gets the configs of all that are there. */
async function choose(spool: Spool, item: IndexItem, seen: Set<string>, depth = 0): Promise<IndexItem> {
  const name = blobName(item.digest);
  const what = `index ${item.digest.slice(0, 12)}`;
  if (item.kind === 'manifest') {
    if (spool.has(name)) seen.add(parseManifest(await verified(spool, item), manifestName(item)).config);
    return item;
  }
  if (depth >= NESTING_MAX) throw damaged(what, 'lies in an index in an index');
  const items = parseImageIndex(await verified(spool, item), what);
  const best = choosePlatform(items, what);
  for (const other of items)
    if (other !== best) await choose(spool, other, seen, depth + 1).catch(ignoreOther);
  return choose(spool, best, seen, depth + 1);
}

/** What is wrong with an image for other machines is not our business: none of it is kept. */
function ignoreOther(error: unknown): void {
  if (!(error instanceof BoxError)) throw error;
}

async function readImage(spool: Spool, item: IndexItem): Promise<FoundImage> {
  const what = manifestName(item);
  const manifest = await verified(spool, item);
  const parsed = parseManifest(manifest, what);
  const config = await spool.document(check(spool.find(blobName(parsed.config)), parsed.config).name);
  const { diffIds } = parseImageConfig(config, `the config of ${what}`);
  checkLayers(parsed.layers.length, diffIds.length, what);
  const layers = parsed.layers.map((blob, at) => {
    const member = check(spool.find(blobName(blob.digest)), blob.digest, blob.size);
    return { member, blob, diffId: diffIds[at] as string };
  });
  return { manifest, config, id: parsed.config, layers, tags: [] };
}

/** A document of the layout, with the bytes that its descriptor says. */
async function verified(spool: Spool, { digest, size }: IndexItem): Promise<Buffer> {
  check(spool.find(blobName(digest)), digest, size);
  return spool.document(blobName(digest));
}

function check(member: Member, digest: string, size = member.size): Member {
  if (member.sha256 === digest && member.size === size) return member;
  throw damaged(
    `blob ${digest.slice(0, 12)} of the archive`,
    member.sha256 === digest
      ? `has ${member.size} bytes, not ${size}`
      : `has the digest ${member.sha256.slice(0, 12)}`,
  );
}

/** Docker names these files by their digests: one that lies is no file to go on with. */
function checkHexName(member: Member): void {
  const hex = /(?:^|\/)([0-9a-f]{64})(?:\.json)?$/.exec(member.name)?.[1];
  if (hex !== undefined) check(member, hex);
}

/** Docker writes both documents into one archive; when they mean different images, readers would differ on what was loaded. */
async function checkSameImages(spool: Spool, configs: ReadonlySet<string>): Promise<void> {
  for (const { config } of parseDockerManifest(await spool.document(DOCKER_MANIFEST))) {
    const { sha256 } = spool.find(config);
    if (configs.has(sha256)) continue;
    throw hostile('index.json and manifest.json name different images');
  }
}

function checkLayers(layers: number, diffIds: number, what: string): void {
  if (layers !== diffIds) {
    throw damaged(printable(Buffer.from(what)), `has ${layers} layers, and its config ${diffIds}`);
  }
}

const manifestName = ({ digest }: IndexItem) => `manifest ${digest.slice(0, 12)}`;

function tagOf(name: string): string {
  const tag = normalizeReference(name);
  if (tag !== undefined) return tag;
  throw damaged('the archive', `names an image '${printable(Buffer.from(name))}', which is no name`);
}
