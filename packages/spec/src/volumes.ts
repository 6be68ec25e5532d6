import type { BindMount, TmpfsMount } from './container.ts';
import { BoxError } from './errors.ts';
import { parseSize } from './sizes.ts';

const PROPAGATIONS: readonly string[] = ['rprivate', 'private', 'rslave', 'slave', 'rshared', 'shared'];
/** Words for Docker Desktop's file sharing; without meaning on Linux, accepted as Docker accepts them. */
const WITHOUT_MEANING = ['consistent', 'cached', 'delegated', 'nocopy'];
const TMPFS_FLAGS = ['ro', 'noexec', 'exec', 'nosuid', 'suid', 'nodev', 'dev'];

/**
 * `-v SOURCE:TARGET[:OPTIONS]`, options comma-separated: ro, rw, bind, rbind and a propagation (rshared, rslave, …).
 * `resolve` makes a source that starts with `.` or `~` absolute (the caller knows its directory and home).
 * @throws BoxError INVALID_ARGUMENT, UNSUPPORTED (named volumes, SELinux relabelling).
 */
export function parseVolume(text: string, resolve: (path: string) => string): BindMount {
  const parts = text.split(':');
  const [source = '', target = '', options = ''] = parts;
  if (parts.length < 2 || parts.length > 3 || !source || !target) {
    throw invalid(`-v ${text}: expected SOURCE:TARGET[:OPTIONS]`, 'for example -v /srv/data:/data:ro');
  }
  if (!/^[/.~]/.test(source)) {
    throw new BoxError(
      'UNSUPPORTED',
      `-v ${text}: "${source}" names a volume, and there are no volumes yet`,
      {
        hint: `to bind a directory write its path: -v ./${source}:${target}`,
      },
    );
  }
  const mount: BindMount = {
    type: 'bind',
    source: source.startsWith('/') ? source : resolve(source),
    target: absoluteTarget(target, `-v ${text}`),
    readonly: false,
    recursive: true,
    propagation: 'rprivate',
  };
  for (const option of options.split(',').filter(Boolean)) applyOption(mount, option, text);
  return mount;
}

function applyOption(mount: BindMount, option: string, text: string): void {
  if (option === 'ro' || option === 'rw') mount.readonly = option === 'ro';
  else if (option === 'bind' || option === 'rbind') mount.recursive = option === 'rbind';
  else if (PROPAGATIONS.includes(option)) mount.propagation = option as BindMount['propagation'];
  else if (option === 'z' || option === 'Z') {
    throw new BoxError('UNSUPPORTED', `-v ${text}: relabelling for SELinux ("${option}") is not supported`, {
      hint: `leave ":${option}" out`,
    });
  } else if (!WITHOUT_MEANING.includes(option)) {
    throw invalid(
      `-v ${text}: unknown option "${option}"`,
      `known are ro, rw, bind, rbind, ${PROPAGATIONS.join(', ')}`,
    );
  }
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
    else if (key === 'mode' && /^0?[0-7]{1,4}$/.test(value ?? ''))
      mount.mode = Number.parseInt(value ?? '', 8);
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

function absoluteTarget(path: string, where: string): string {
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
