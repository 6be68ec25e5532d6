/** The image configuration of OCI image-spec 1.1 (config.md), read as Docker and others write it. Pure codecs. */
import { BoxError, type ImageConfig, type Platform, platformOf } from '@boxyard/spec';
import { list, parseDigest, parseDocument, record, string } from './parse.ts';

/** Layers that overlayfs stacks (fs/overlayfs/params.h, OVL_MAX_STACK): an image of more could never run. */
const LAYERS_MAX = 500;

/** A line of an image's history, oldest first in the document. */
export interface HistoryLine {
  /** RFC 3339. */
  createdAt: string | null;
  createdBy: string;
  comment: string;
  author: string;
  /** The line made no layer. */
  emptyLayer: boolean;
}

/** What a configuration document is made of. */
export interface ImageDescription {
  /** Unix milliseconds. */
  createdAt: number;
  author: string;
  platform: Platform;
  config: ImageConfig;
  history: readonly HistoryLine[];
  /** 64 hex digits, lowest first. */
  diffIds: readonly string[];
}

/** Key sets of the OCI config, only what is there: the same description always gives the same bytes. */
export function formatImageConfig(image: ImageDescription): Buffer {
  const { platform } = image;
  return Buffer.from(
    JSON.stringify({
      created: new Date(image.createdAt).toISOString(),
      author: image.author || undefined,
      architecture: platform.architecture,
      os: platform.os,
      variant: platform.variant,
      config: formatConfig(image.config),
      rootfs: { type: 'layers', diff_ids: image.diffIds.map((diffId) => `sha256:${diffId}`) },
      history: image.history.map((line) => ({
        created: line.createdAt ?? undefined,
        created_by: line.createdBy || undefined,
        author: line.author || undefined,
        comment: line.comment || undefined,
        empty_layer: line.emptyLayer || undefined,
      })),
    }),
  );
}

function formatConfig(config: ImageConfig): Record<string, unknown> {
  const set = (names: readonly string[] | undefined) =>
    names?.length ? Object.fromEntries(names.map((name) => [name, {}])) : undefined;
  return {
    User: config.user || undefined,
    ExposedPorts: set(config.exposedPorts),
    Env: config.env?.length ? config.env : undefined,
    Entrypoint: config.entrypoint?.length ? config.entrypoint : undefined,
    Cmd: config.cmd?.length ? config.cmd : undefined,
    Volumes: set(config.volumes),
    WorkingDir: config.workdir || undefined,
    Labels: config.labels && Object.keys(config.labels).length > 0 ? config.labels : undefined,
    StopSignal: config.stopSignal || undefined,
  };
}

/**
 * Keys that mean nothing here (Healthcheck, OnBuild, ArgsEscaped, …) are passed over: they stay in the blob. Throws BoxError DAMAGED;
 * `what` names the document in the message.
 */
export function parseImageConfig(bytes: Uint8Array, what: string): ImageDescription {
  const document = parseDocument(bytes, what);
  const rootfs = record(document.rootfs, what);
  const created = typeof document.created === 'string' ? Date.parse(document.created) : Number.NaN;
  return {
    createdAt: Number.isNaN(created) ? 0 : created,
    author: textOf(document.author),
    platform: parseImagePlatform(document),
    config: parseConfig(record(document.config ?? {}, what), what),
    history: list(document.history ?? [], what).map((value) => parseHistoryLine(record(value, what))),
    diffIds: parseDiffIds(rootfs.diff_ids, what),
  };
}

function parseDiffIds(value: unknown, what: string): string[] {
  const diffIds = list(value, what);
  if (diffIds.length > LAYERS_MAX) {
    throw new BoxError(
      'UNSUPPORTED',
      `${what} has ${diffIds.length} layers, at most ${LAYERS_MAX} can be stacked`,
      {
        hint: 'join layers where it is built, or export a box of an earlier image and import that',
      },
    );
  }
  return diffIds.map((diffId) => parseDigest(diffId, what));
}

/** Old images say nothing, or an empty text: they were made for what everybody had. */
function parseImagePlatform({ os, architecture, variant }: Record<string, unknown>): Platform {
  const host = platformOf(process.arch);
  return {
    os: textOf(os) || host.os,
    architecture: textOf(architecture) || host.architecture,
    ...(textOf(variant) === '' ? {} : { variant: textOf(variant) }),
  };
}

function parseConfig(raw: Record<string, unknown>, what: string): ImageConfig {
  const given = (key: string) => (raw[key] === null ? undefined : raw[key]);
  const text = (key: string) =>
    given(key) === undefined ? undefined : string(given(key), what) || undefined;
  const texts = (key: string) =>
    given(key) === undefined ? undefined : list(given(key), what).map((value) => string(value, what));
  const keys = (key: string) =>
    given(key) === undefined ? undefined : Object.keys(record(given(key), what));
  const labels = given('Labels') === undefined ? undefined : record(given('Labels'), what);
  const config: ImageConfig = {
    user: text('User'),
    env: texts('Env'),
    entrypoint: texts('Entrypoint'),
    cmd: texts('Cmd'),
    workdir: text('WorkingDir'),
    labels:
      labels && Object.fromEntries(Object.entries(labels).map(([key, value]) => [key, string(value, what)])),
    stopSignal: text('StopSignal'),
    exposedPorts: keys('ExposedPorts'),
    volumes: keys('Volumes'),
  } as ImageConfig;
  for (const key of Object.keys(config) as (keyof ImageConfig)[]) {
    if (config[key] === undefined) delete config[key];
  }
  return config;
}

function parseHistoryLine(line: Record<string, unknown>): HistoryLine {
  return {
    createdAt: textOf(line.created) || null,
    createdBy: textOf(line.created_by),
    comment: textOf(line.comment),
    author: textOf(line.author),
    emptyLayer: line.empty_layer === true,
  };
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');
