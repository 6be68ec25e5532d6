import { createHash } from 'node:crypto';
import { lstatSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { readXattrs } from '@boxyard/kernel';

/**
 * A line for everything in a tree, like mtree(8): type, mode, owner, size, time to the nanosecond, number of names, device, target,
 * content and attributes. Two trees are the same when their manifests are.
 */
export function manifestOf(root: string): string[] {
  const lines: string[] = [];
  const visit = (path: Buffer, name: string) => {
    const status = lstatSync(path, { bigint: true });
    const type = Number(status.mode) & 0o170000;
    const fields = [
      name,
      (Number(status.mode) & 0o177777).toString(8),
      `${status.uid}:${status.gid}`,
      `mtime=${status.mtimeNs}`,
    ];
    if (type !== 0o040000) fields.push(`names=${status.nlink}`);
    if (type === 0o100000) {
      fields.push(
        `size=${status.size}`,
        `sparse=${status.blocks * 512n < status.size / 2n}`,
        // A file that is one big hole is told by its size.
        status.size > 2n ** 30n
          ? 'huge'
          : createHash('sha256').update(readFileSync(path)).digest('hex').slice(0, 16),
      );
    }
    if (type === 0o120000) fields.push(`-> ${readlinkSync(path, { encoding: 'buffer' }).toString('latin1')}`);
    if (type === 0o020000 || type === 0o060000) fields.push(`device=${status.rdev}`);
    for (const [attribute, value] of readXattrs(path)) fields.push(`${attribute}=${value.toString('hex')}`);
    lines.push(fields.join(' '));
    if (type !== 0o040000) return;
    for (const child of readdirSync(path, { encoding: 'buffer' }).sort(Buffer.compare)) {
      visit(Buffer.concat([path, Buffer.from('/'), child]), `${name}/${child.toString('latin1')}`);
    }
  };
  visit(Buffer.from(root), '.');
  return lines;
}
