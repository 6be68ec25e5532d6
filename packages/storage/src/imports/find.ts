import { constants } from 'node:fs';
import { open, readdir, stat } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { BoxError, type ImageConfig } from '@boxyard/spec';
import type { LayerSource } from '../layers/unpack-layer.ts';
import { isMissing } from '../store/files.ts';
import { sourceFailure } from '../unpack/tree.ts';
import { type ImageJson, parseImageJson } from './image-json.ts';
import { nameFromPath, parseName } from './names.ts';

/** One image to make: from what, its name, its configuration. */
export interface FoundImport {
  source: LayerSource;
  tag: string;
  config: ImageConfig;
  createdBy: string;
}

const IMAGE_JSON_MAX_BYTES = 1024 * 1024;
/** A directory with one of these is taken for a root file system. */
const ROOT_SIGNS = ['bin', 'sbin', 'usr', 'etc', 'lib'];

/** What a path holds to import. Throws BoxError when that is nothing. */
export async function findImports(
  path: string,
  wish: { name?: string | undefined; config?: Partial<ImageConfig> | undefined },
): Promise<FoundImport[]> {
  const found = await find(resolve(path), wish.name);
  if (found.length > 1 && wish.name !== undefined) {
    throw new BoxError(
      'INVALID_ARGUMENT',
      `the directory holds ${found.length} images, which cannot all be '${wish.name}'`,
      {
        hint: 'leave the name out: each image.json has one',
      },
    );
  }
  return found.map((one) => ({
    ...one,
    config: defined({ ...one.config, ...defined(wish.config ?? {}) }),
    createdBy: `box import ${basename(resolve(path))}`,
  }));
}

type Found = Omit<FoundImport, 'createdBy'>;

async function find(path: string, name: string | undefined): Promise<Found[]> {
  const given = name === undefined ? undefined : parseName(name);
  const status = await stat(path).catch((error) => {
    throw sourceFailure(error, path);
  });
  if (!status.isDirectory()) {
    return [{ source: { kind: 'file', path }, tag: given ?? nameFromPath(basename(path)), config: {} }];
  }
  const image = await imageDirectory(path, given);
  if (image) return [image];
  const names = (await readdir(path)).sort();
  const images: Found[] = [];
  for (const entry of names) {
    const below = await imageDirectory(join(path, entry), given);
    if (below) images.push(below);
  }
  if (images.length > 0) return images;
  if (ROOT_SIGNS.some((sign) => names.includes(sign))) {
    return [{ source: { kind: 'directory', path }, tag: given ?? nameFromPath(basename(path)), config: {} }];
  }
  throw new BoxError(
    'INVALID_ARGUMENT',
    `directory '${path}' holds neither image.json and rootfs/ nor a root file system`,
    {
      hint: `a root file system has one of ${ROOT_SIGNS.map((sign) => `${sign}/`).join(', ')}`,
    },
  );
}

/** A directory with image.json and rootfs/. Undefined without image.json. */
async function imageDirectory(path: string, given: string | undefined): Promise<Found | undefined> {
  const json = await readImageJson(join(path, 'image.json'));
  if (!json) return undefined;
  const rootfs = join(path, 'rootfs');
  const isDirectory = await stat(rootfs).then(
    (status) => status.isDirectory(),
    () => false,
  );
  if (!isDirectory) {
    throw new BoxError('INVALID_ARGUMENT', `'${path}' has an image.json but no directory rootfs/`, {
      hint: 'put the root file system into rootfs/ beside image.json',
    });
  }
  const named = json.name === undefined ? nameFromPath(basename(path)).replace(/:latest$/, '') : json.name;
  const tag = given ?? parseName(json.tag === undefined ? named : `${named}:${json.tag}`);
  return { source: { kind: 'directory', path: rootfs }, tag, config: json.config };
}

async function readImageJson(path: string): Promise<ImageJson | undefined> {
  try {
    // O_NONBLOCK: a FIFO of that name must not keep the agent waiting.
    const handle = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
    try {
      const status = await handle.stat();
      if (!status.isFile() || status.size > IMAGE_JSON_MAX_BYTES) {
        throw new BoxError('INVALID_ARGUMENT', `'${path}' is no file of at most 1 MiB`);
      }
      return parseImageJson(await handle.readFile('utf8'), path);
    } finally {
      await handle.close();
    }
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (isMissing(error) || code === 'ENOTDIR') return undefined;
    throw sourceFailure(error, path);
  }
}

/** Without the keys that hold nothing. */
function defined(config: Partial<ImageConfig>): ImageConfig {
  return Object.fromEntries(Object.entries(config).filter(([, value]) => value !== undefined));
}
