import type { BindMount, TmpfsMount, VolumeMount } from './container.ts';
import { BoxError } from './errors.ts';
import { parseSize } from './sizes.ts';

export const PROPAGATIONS = ['rprivate', 'private', 'rslave', 'slave', 'rshared', 'shared'] as const;
/** Words for Docker Desktop's file sharing; without meaning on Linux, accepted as Docker accepts them. */
const WITHOUT_MEANING = ['consistent', 'cached', 'delegated', 'copy'];
const TMPFS_FLAGS = ['ro', 'noexec', 'exec', 'nosuid', 'suid', 'nodev', 'dev'];
/** Docker's grammar of names of volumes. */
const VOLUME_NAME = /^[a-zA-Z0-9][a-zA-Z0-9_.-]{0,127}$/;

export function isVolumeName(text: string): boolean {
  return VOLUME_NAME.test(text);
}

/** Volumes that nobody named have 64 hexadecimal digits for a name, as Docker's have. */
export function isAnonymousName(name: string): boolean {
  return /^[0-9a-f]{64}$/.test(name);
}

/**
 * `-v [SOURCE:]TARGET[:OPTIONS]`. A source that starts with `/`, `.` or `~` is a path of the host, any other the name of a volume; without a source the container gets a volume of its own. Options, comma-separated: ro, rw, U, for volumes nocopy, for paths
 * bind, rbind and a propagation (rshared, rslave, …). `resolve` makes a source that is not absolute so (the caller knows its directory
 * and home).
 * @throws BoxError INVALID_ARGUMENT, UNSUPPORTED (SELinux relabelling).
 */
export function parseVolume(text: string, resolve: (path: string) => string): BindMount | VolumeMount {
  const where = `-v ${text}`;
  const parts = text.split(':');
  const [source = '', target = '', options = ''] = parts;
  if (parts.length === 1 && source.startsWith('/')) return volumeMount('', absoluteTarget(source, where));
  if (parts.length < 2 || parts.length > 3 || !source || !target) {
    throw invalid(
      `${where}: expected [SOURCE:]TARGET[:OPTIONS]`,
      'for example -v /srv/data:/data:ro, or -v data:/data for a volume',
    );
  }
  const mount = /^[/.~]/.test(source)
    ? bindMount(source.startsWith('/') ? source : resolve(source), absoluteTarget(target, where))
    : volumeMount(checkVolumeName(source, where), absoluteTarget(target, where));
  for (const option of options.split(',').filter(Boolean)) applyOption(mount, option, where);
  return mount;
}

export function bindMount(source: string, target: string): BindMount {
  return {
    type: 'bind',
    source,
    target,
    readonly: false,
    recursive: true,
    propagation: 'rprivate',
    chown: false,
  };
}

/** A mount of a volume as it is without options; '' for an anonymous one. */
export function volumeMount(name: string, target: string): VolumeMount {
  return { type: 'volume', name, target, readonly: false, copy: true, chown: false, labels: {} };
}

function applyOption(mount: BindMount | VolumeMount, option: string, where: string): void {
  if (option === 'ro' || option === 'rw') mount.readonly = option === 'ro';
  else if (option === 'U') mount.chown = true;
  else if (option === 'nocopy') {
    if (mount.type === 'volume') mount.copy = false;
  } else if (option === 'z' || option === 'Z') {
    throw new BoxError('UNSUPPORTED', `${where}: relabelling for SELinux ("${option}") is not supported`, {
      hint: `leave ":${option}" out`,
    });
  } else if (mount.type === 'bind' && (option === 'bind' || option === 'rbind')) {
    mount.recursive = option === 'rbind';
  } else if (mount.type === 'bind' && isPropagation(option)) mount.propagation = option;
  else if (!WITHOUT_MEANING.includes(option)) {
    const known = mount.type === 'bind' ? `bind, rbind, ${PROPAGATIONS.join(', ')}` : 'nocopy';
    throw invalid(`${where}: unknown option "${option}"`, `known are ro, rw, U, ${known}`);
  }
}

export function isPropagation(text: string): text is BindMount['propagation'] {
  return (PROPAGATIONS as readonly string[]).includes(text);
}

/** @throws BoxError INVALID_ARGUMENT with `where` before it */
export function checkVolumeName(name: string, where: string): string {
  if (isVolumeName(name)) return name;
  throw invalid(
    `${where}: "${name}" is no name of a volume`,
    'letters, digits, "_", "." and "-", the first a letter or digit, at most 128; a path begins with / or ./',
  );
}

/**
 * `--tmpfs TARGET[:OPTIONS]`, options comma-separated: size=64m, mode=1777 (octal), and ro, noexec, exec, nosuid, suid, nodev, dev.
 * @throws BoxError INVALID_ARGUMENT
 */
export function parseTmpfs(text: string): TmpfsMount {
  const colon = text.indexOf(':');
  const where = `--tmpfs ${text}`;
  const target = absoluteTarget(colon === -1 ? text : text.slice(0, colon), where);
  const mount: TmpfsMount = { type: 'tmpfs', target, mode: 0o1777, options: [] };
  const options = colon === -1 ? [] : text.slice(colon + 1).split(',');
  for (const option of options.filter(Boolean)) {
    const [key = '', value] = option.split('=', 2);
    if (key === 'size' && value) mount.size = parseSize(value, where);
    else if (key === 'mode' && isOctalMode(value)) mount.mode = Number.parseInt(value, 8);
    else if (TMPFS_FLAGS.includes(option)) mount.options.push(option);
    else if (option !== 'rw') {
      throw invalid(
        `${where}: unknown option "${option}"`,
        `known are size=64m, mode=1777 (octal), rw, ${TMPFS_FLAGS.join(', ')}`,
      );
    }
  }
  return mount;
}

export function isOctalMode(text: string | undefined): text is string {
  return /^0?[0-7]{1,4}$/.test(text ?? '');
}

/** `NAME[:ro|rw]` of `--volumes-from`: the mounts of another container. @throws BoxError INVALID_ARGUMENT */
export function parseVolumesFrom(text: string): { container: string; readonly: boolean } {
  const [, container, mode] = /^([^:]+)(?::(ro|rw))?$/.exec(text) ?? [];
  if (container === undefined) {
    throw invalid(`--volumes-from ${text}: expected NAME[:ro]`, 'for example --volumes-from web:ro');
  }
  return { container, readonly: mode === 'ro' };
}

/** A path in a container without `.`, `..` and doubled slashes. @throws BoxError INVALID_ARGUMENT when it is relative or the root. */
export function absoluteTarget(path: string, where: string): string {
  if (!path.startsWith('/')) {
    throw invalid(
      `${where}: the path in the box, "${path}", is not absolute`,
      `start it with /, like /${path}`,
    );
  }
  const parts: string[] = [];
  for (const part of path.split('/')) {
    if (part === '..') parts.pop();
    else if (part && part !== '.') parts.push(part);
  }
  if (parts.length === 0) {
    throw invalid(`${where}: the root of the box cannot be mounted over`, 'use --rootfs for another root');
  }
  return `/${parts.join('/')}`;
}

function invalid(message: string, hint: string): BoxError {
  return new BoxError('INVALID_ARGUMENT', message, { hint });
}
