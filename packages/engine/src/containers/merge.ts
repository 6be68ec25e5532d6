import { posix } from 'node:path';
import type { CreateRequest } from '@boxyard/api';
import {
  BoxError,
  type ContainerConfig,
  type ContainerMount,
  checkUser,
  DEFAULT_CAPABILITIES,
  DEFAULT_LOG,
  DEFAULT_PATH,
  DEFAULT_SHM_BYTES,
  DEFAULT_STOP_TIMEOUT_SECONDS,
  DEFAULT_UMASK,
  type ImageConfig,
  mergeCapabilities,
  parseSignal,
  type RootSource,
  rlimitNumber,
  type Ulimit,
} from '@boxyard/spec';
import { mergeMounts } from '../volumes/merge-mounts.ts';
import { isHostname } from './names.ts';
import { SHORT_ID_LENGTH } from './references.ts';

export interface MergeInput {
  id: string;
  name: string;
  root: RootSource;
  /** Empty for a root directory. */
  image: ImageConfig;
  request: CreateRequest;
  /** Mounts of other containers (`--volumes-from`). */
  inherited?: readonly ContainerMount[];
}

/**
 * The complete wish: what was asked for, then what the image says, then the defaults.
 * Pure; throws INVALID_ARGUMENT for what no schema can see.
 */
export function mergeConfig({ id, name, root, image, request, inherited = [] }: MergeInput): ContainerConfig {
  const { entrypoint, command } = mergeCommand(request, image);
  const hostname = request.hostname ?? (isHostname(name) ? name : id.slice(0, SHORT_ID_LENGTH));
  return {
    root,
    args: [...entrypoint, ...command],
    entrypoint,
    command,
    env: mergeEnvironment(image.env ?? [], request.env),
    workdir: posix.join('/', request.workdir ?? image.workdir ?? '/'),
    user: checkUser(request.user ?? image.user ?? ''),
    hostname,
    tty: request.tty,
    openStdin: request.openStdin,
    mounts: mergeMounts({ asked: request.mounts, inherited, image: image.volumes ?? [] }),
    readonlyRoot: request.readonlyRoot,
    network: request.network,
    capabilities: mergeCapabilities(DEFAULT_CAPABILITIES, request.capAdd, request.capDrop),
    noNewPrivileges: request.noNewPrivileges,
    ulimits: request.ulimits.map(checkUlimit),
    shmSize: request.shmSize ?? DEFAULT_SHM_BYTES,
    stopSignal: parseSignal(request.stopSignal ?? image.stopSignal ?? 'SIGTERM'),
    stopTimeout: request.stopTimeout ?? DEFAULT_STOP_TIMEOUT_SECONDS,
    umask: request.umask ?? DEFAULT_UMASK,
    ...(request.timezone === undefined ? {} : { timezone: request.timezone }),
    labels: { ...image.labels, ...request.labels },
    log: {
      maxSize: request.log.maxSize ?? DEFAULT_LOG.maxSize,
      maxFile: request.log.maxFile ?? DEFAULT_LOG.maxFile,
    },
    autoRemove: request.autoRemove,
  };
}

/** A command replaces Cmd; an entrypoint replaces Entrypoint and drops the image's Cmd. Nothing at all: a shell. */
function mergeCommand(
  request: CreateRequest,
  image: ImageConfig,
): { entrypoint: string[]; command: string[] } {
  const entrypoint = (request.entrypoint ?? image.entrypoint ?? []).filter((word) => word !== '');
  const fromImage = request.entrypoint === undefined ? (image.cmd ?? []) : [];
  const command = request.command?.length ? request.command : fromImage;
  if (entrypoint.length === 0 && command.length === 0) return { entrypoint, command: ['/bin/sh'] };
  return { entrypoint, command };
}

/** Later wins: the default PATH, the image, the request. HOSTNAME, TERM and HOME are added at start, where they are known. */
function mergeEnvironment(image: string[], asked: string[]): string[] {
  const merged = new Map<string, string>([['PATH', DEFAULT_PATH]]);
  for (const entry of [...image, ...asked]) {
    const at = entry.indexOf('=');
    // KEY alone in an image imports nothing of the host's (podman CVE-2026-57231).
    if (at > 0) merged.set(entry.slice(0, at), entry.slice(at + 1));
  }
  return [...merged].map(([key, value]) => `${key}=${value}`);
}

function checkUlimit({ name, soft, hard }: Ulimit): Ulimit {
  rlimitNumber(name);
  if (hard !== -1 && (soft === -1 || soft > hard)) {
    throw new BoxError('INVALID_ARGUMENT', `ulimit ${name}: the soft limit is above the hard limit`, {
      hint: `write ${name}=${hard}:${hard} or raise the second number`,
    });
  }
  return { name: name.toLowerCase().replace(/^rlimit_/, ''), soft, hard };
}
