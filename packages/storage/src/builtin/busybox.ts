import { execFile } from 'node:child_process';
import { readFile, stat } from 'node:fs/promises';
import { promisify } from 'node:util';
import { BoxError, type ImageConfig } from '@boxyard/spec';
import type { TarEntry } from '../tar/entry.ts';
import { formatEntry, formatPadding, TAR_END } from '../tar/format.ts';
import { isStaticProgram } from './elf.ts';

export const BUILTIN_TAG = 'busybox:latest';

/** Where Debian's busybox-static and others put it. */
const CANDIDATES = ['/bin/busybox', '/usr/bin/busybox'];
const LIST_TIMEOUT_MILLISECONDS = 10_000;

const HINT = "install a static busybox (Debian, Ubuntu: 'apt-get install busybox-static')";

const DIRECTORIES: readonly (readonly [path: string, mode: number])[] = [
  ['./', 0o755],
  ['bin/', 0o755],
  ['dev/', 0o755],
  ['etc/', 0o755],
  ['home/', 0o755],
  ['proc/', 0o555],
  ['root/', 0o700],
  ['run/', 0o755],
  ['sbin/', 0o755],
  ['sys/', 0o555],
  ['tmp/', 0o1777],
  ['usr/', 0o755],
  ['usr/bin/', 0o755],
  ['usr/sbin/', 0o755],
  ['var/', 0o755],
  ['var/tmp/', 0o1777],
];

const FILES: readonly (readonly [path: string, content: string])[] = [
  [
    'etc/passwd',
    'root:x:0:0:root:/root:/bin/sh\ndaemon:x:1:1:daemon:/:/bin/false\nnobody:x:65534:65534:nobody:/home:/bin/false\n',
  ],
  ['etc/group', 'root:x:0:\ndaemon:x:1:\ntty:x:5:\nusers:x:100:\nnogroup:x:65534:\n'],
  ['etc/shells', '/bin/sh\n/bin/ash\n'],
];

export function builtinConfig(): ImageConfig {
  return { cmd: ['sh'] };
}

/** The built-in image's layer as an archive. Throws BoxError UNAVAILABLE when the host has no static busybox. */
export async function builtinArchive(): Promise<{ chunks: AsyncIterable<Buffer>; createdBy: string }> {
  const { path, program, seconds } = await findBusybox();
  const applets = await listApplets(path);
  const entry = (wish: Pick<TarEntry, 'type' | 'mode' | 'size'> & { path: string; target?: string }) =>
    formatEntry({
      ...wish,
      path: Buffer.from(wish.path),
      target: Buffer.from(wish.target ?? ''),
      uid: 0,
      gid: 0,
      // The program's own time: the same busybox always gives the same layer.
      mtime: { seconds, nanoseconds: 0 },
      major: 0,
      minor: 0,
      xattrs: new Map(),
    });
  async function* chunks() {
    for (const [path, mode] of DIRECTORIES) yield entry({ type: 'directory', path, mode, size: 0 });
    const files = [...FILES.map(([path, content]) => [path, Buffer.from(content), 0o644] as const)];
    for (const [path, content, mode] of [...files, ['bin/busybox', program, 0o755] as const]) {
      yield entry({ type: 'file', path, mode, size: content.length });
      yield content;
      yield formatPadding(content.length);
    }
    for (const path of applets) {
      yield entry({ type: 'symlink', path, mode: 0o777, size: 0, target: '/bin/busybox' });
    }
    yield TAR_END;
  }
  return { chunks: chunks(), createdBy: `built in, from ${path}` };
}

async function findBusybox(): Promise<{ path: string; program: Buffer; seconds: number }> {
  let dynamic: string | undefined;
  for (const path of CANDIDATES) {
    const program = await readFile(path).catch(() => undefined);
    if (!program) continue;
    if (isStaticProgram(program)) {
      return { path, program, seconds: Math.floor((await stat(path)).mtimeMs / 1000) };
    }
    dynamic = path;
  }
  throw new BoxError(
    'UNAVAILABLE',
    dynamic ? `${dynamic} is not statically linked` : 'this host has no busybox',
    { hint: HINT },
  );
}

/** Where each applet's link goes, `usr/bin/env`: busybox says so itself. */
async function listApplets(busybox: string): Promise<string[]> {
  const { stdout } = await promisify(execFile)(busybox, ['--list-full'], {
    timeout: LIST_TIMEOUT_MILLISECONDS,
    env: {},
  });
  const paths = stdout
    .split('\n')
    .filter((path) => /^(usr\/)?s?bin\/[^/]+$/.test(path) && path !== 'bin/busybox');
  if (!paths.includes('bin/sh')) {
    throw new BoxError('UNAVAILABLE', `${busybox} has no shell in it`, { hint: HINT });
  }
  return paths;
}
