/** Takes an archive of images (`docker save`, an OCI layout in a tar) apart in a Worker. No name of the archive ever becomes a path. */
import { createHash, type Hash } from 'node:crypto';
import { closeSync, openSync, writeSync } from 'node:fs';
import { join, posix } from 'node:path';
import { BoxError } from '@boxyard/spec';
import type { TarEntry } from '../tar/entry.ts';
import { hostile, printable, tooLarge } from '../tar/failure.ts';
import { TarParser, type TarSink } from '../tar/parser.ts';
import { decompress } from '../unpack/decompress.ts';
import type { SpooledMember, SpoolJob } from './messages.ts';
import { openSource } from './unpack.ts';

/** Files and links of one archive. The old layout of Docker has three for each layer; fifty images of a hundred layers stay below. */
const MEMBERS_MAX = 20_000;

export async function spool(job: SpoolJob): Promise<SpooledMember[]> {
  using members = new Members(job.directory);
  const parser = new TarParser(members, job.limits);
  for await (const chunk of decompress(openSource(job).chunks, job.limits)) parser.push(chunk);
  parser.end();
  return members.all;
}

/** Writes each file of the archive as it comes. */
class Members implements TarSink, Disposable {
  readonly all: SpooledMember[] = [];
  readonly #directory: string;
  readonly #names = new Set<string>();
  #open: { name: string; size: number; fd: number; written: number; hash: Hash } | undefined;

  constructor(directory: string) {
    this.#directory = directory;
  }

  entry({ type, path, target, size }: TarEntry): void {
    if (type === 'directory') return;
    const name = memberName(path);
    // Readers that take the first and readers that take the last of two can be shown different images.
    if (this.#names.has(name)) throw hostile(`'${printable(path)}' is in the archive twice`);
    this.#names.add(name);
    if (this.#names.size > MEMBERS_MAX) throw tooLarge(`the archive has more than ${MEMBERS_MAX} files`);
    if (type === 'file') {
      const fd = openSync(join(this.#directory, String(this.all.length)), 'wx', 0o600);
      this.#open = { name, size, fd, written: 0, hash: createHash('sha256') };
    } else if (type === 'symlink') {
      const to = target.toString();
      this.all.push({
        kind: 'link',
        name,
        target: to.startsWith('/') ? to : posix.join(posix.dirname(name), to),
      });
    } else if (type === 'link') this.all.push({ kind: 'link', name, target: memberName(target) });
    else throw noImagesIn(path);
  }

  data(offset: number, bytes: Buffer): void {
    const open = this.#open;
    if (!open) return;
    if (offset !== open.written) throw sparse(open.name);
    for (let at = 0; at < bytes.length; ) at += writeSync(open.fd, bytes, at, bytes.length - at);
    open.hash.update(bytes);
    open.written += bytes.length;
  }

  entryEnd(): void {
    const open = this.#open;
    if (!open) return;
    if (open.written !== open.size) throw sparse(open.name);
    this[Symbol.dispose]();
    this.all.push({ kind: 'file', name: open.name, size: open.size, sha256: open.hash.digest('hex') });
  }

  [Symbol.dispose](): void {
    if (this.#open) closeSync(this.#open.fd);
    this.#open = undefined;
  }
}

/** `./a//b` and `a/b` are one name. What is no UTF-8 or leads out is kept as it stands: no document can refer to it. */
function memberName(path: Buffer): string {
  const name = path.toString();
  return name.startsWith('/') ? name : posix.normalize(name);
}

/** A root file system, most likely. */
function noImagesIn(path: Buffer): BoxError {
  return new BoxError(
    'INVALID_ARGUMENT',
    `'${printable(path)}' is a device or a pipe: this is no archive of images`,
    {
      hint: "a root file system is taken by 'box import'",
    },
  );
}

/** A hole costs nothing in the archive and its size on the disk. */
function sparse(name: string): BoxError {
  return new BoxError('UNSUPPORTED', `'${printable(Buffer.from(name))}' has holes`, {
    hint: 'make the archive without them: tar without --sparse',
  });
}
