/** Values of single flags as text and back. */
import { BoxError, type ContainerMount, parseSize, type Ulimit } from '@boxyard/spec';
import type { CreateInput } from '../schemas/container.ts';

type Mount = NonNullable<CreateInput['mounts']>[number];

const DEFAULT_TMPFS_MODE = 0o1777;
const UNITS = ['', 'k', 'm', 'g', 't', 'p'];

/** Bytes so that `parseSize` reads the same number: `64m`, `1000`. */
export function formatSizeExactly(bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (value > 0 && value % 1024 === 0 && unit < UNITS.length - 1) {
    value /= 1024;
    unit++;
  }
  return `${value}${UNITS[unit]}`;
}

/** A mount with everything that its schema fills in. */
export function completeMount(mount: Mount): ContainerMount {
  const { readonly = false, chown = false } = mount.type === 'tmpfs' ? {} : mount;
  switch (mount.type) {
    case 'bind': {
      const { recursive = true, propagation = 'rprivate' } = mount;
      return { ...mount, readonly, chown, recursive, propagation };
    }
    case 'volume': {
      const { name = '', copy = true, labels = {} } = mount;
      return { ...mount, name, readonly, copy, chown, labels };
    }
    case 'tmpfs': {
      const { mode = DEFAULT_TMPFS_MODE, options = [] } = mount;
      return { ...mount, mode, options };
    }
  }
}

/** The shortest flag that can say this mount: colons and labels need `--mount`. */
export function mountFlagOf(mount: ContainerMount): 'volume' | 'mount' | 'tmpfs' {
  if (mount.type === 'tmpfs') return mount.target.includes(':') ? 'mount' : 'tmpfs';
  const source = mount.type === 'bind' ? mount.source : mount.name;
  const plain = !`${source}${mount.target}`.includes(':');
  if (mount.type === 'bind') return plain ? 'volume' : 'mount';
  // Without a name there is no place for options.
  const options = mount.readonly || mount.chown || !mount.copy;
  const short = Object.keys(mount.labels).length === 0 && !(source === '' && options);
  return plain && short ? 'volume' : 'mount';
}

/** `[SOURCE:]TARGET[:OPTIONS]` of a bind or a volume. */
export function formatVolume(mount: ContainerMount): string {
  if (mount.type === 'tmpfs') return '';
  const { target, readonly, chown } = mount;
  const options = [...(readonly ? ['ro'] : []), ...(chown ? ['U'] : [])];
  if (mount.type === 'bind') {
    if (!mount.recursive) options.push('bind');
    if (mount.propagation !== 'rprivate') options.push(mount.propagation);
  } else if (!mount.copy) options.push('nocopy');
  const source = mount.type === 'bind' ? mount.source : mount.name;
  return [source, target, options.join(',')].filter(Boolean).join(':');
}

/** `TARGET[:OPTIONS]` of a file system in memory. */
export function formatTmpfs(mount: ContainerMount): string {
  if (mount.type !== 'tmpfs') return '';
  const { target, size, mode, options: flags } = mount;
  const options = [
    ...(size === undefined ? [] : [`size=${formatSizeExactly(size)}`]),
    ...(mode === DEFAULT_TMPFS_MODE ? [] : [`mode=${mode.toString(8)}`]),
    ...flags,
  ];
  return options.length > 0 ? `${target}:${options.join(',')}` : target;
}

export function formatUlimit({ name, soft, hard }: Ulimit): string {
  const text = (limit: number) => (limit === -1 ? 'unlimited' : String(limit));
  return soft === hard ? `${name}=${text(soft)}` : `${name}=${text(soft)}:${text(hard)}`;
}

export function parseSecurityOption(option: string): boolean {
  const match = /^no-new-privileges(?:[:=](true|false))?$/.exec(option);
  if (!match) throw invalid(`--security-opt ${option}: unknown option`, 'known is no-new-privileges');
  return match[1] !== 'false';
}

export function parseLogOption(option: string): NonNullable<CreateInput['log']> {
  const [key, value] = parseKeyValue(option, '--log-opt', false);
  if (key === 'max-size') return { maxSize: parseSize(value, '--log-opt max-size') };
  if (key === 'max-file' && /^\d+$/.test(value)) return { maxFile: Number(value) };
  throw invalid(`--log-opt ${option}: unknown option`, 'known are max-size=16m and max-file=4');
}

export function parseNetwork(text: string): 'none' | 'host' {
  if (text === 'none' || text === 'host') return text;
  throw invalid(`--network ${text}: there is no such network yet`, 'use none or host');
}

export function parseUmask(text: string): number {
  if (!/^0?[0-7]{1,3}$/.test(text)) throw invalid(`--umask: "${text}" is no octal mask`, 'write it like 022');
  return Number.parseInt(text, 8);
}

export function absolute(path: string, flag: string): string {
  if (path.startsWith('/')) return path;
  throw invalid(`${flag}: "${path}" is not absolute`, `start it with /, like /${path}`);
}

export function positive(value: number, flag: string): number {
  if (value > 0) return value;
  throw invalid(`${flag}: must be more than 0`);
}

export function parseKeyValue(text: string, flag: string, valueOptional: boolean): [string, string] {
  const equals = text.indexOf('=');
  if (equals === 0 || (equals === -1 && (!valueOptional || !text))) {
    throw invalid(`${flag} ${text}: expected KEY=VALUE`);
  }
  return equals === -1 ? [text, ''] : [text.slice(0, equals), text.slice(equals + 1)];
}

function invalid(message: string, hint?: string): BoxError {
  return new BoxError('INVALID_ARGUMENT', message, hint === undefined ? {} : { hint });
}
