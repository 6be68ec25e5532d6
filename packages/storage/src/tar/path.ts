import { damaged, hostile, printable } from './failure.ts';
import type { TarLimits } from './limits.ts';

const SLASH = 0x2f;
const DOT = 0x2e;

/**
 * A member's name as a path relative to the root of the tree: leading slashes and `.` components dropped as GNU tar does, so
 * `/etc/./passwd` is `etc/passwd` and `./` is the empty path, the root itself. A `..` component, a NUL or a name beyond the limits
 * throws a BoxError that shows the name.
 */
export function normalizePath(name: Buffer, limits: TarLimits): Buffer {
  if (name.includes(0)) throw damaged(`the name '${printable(name)}' holds a NUL byte`);
  const parts: Buffer[] = [];
  let bytes = 0;
  for (let start = 0; start < name.length; ) {
    let end = name.indexOf(SLASH, start);
    if (end === -1) end = name.length;
    const length = end - start;
    const first = name[start];
    if (length > 0 && !(length === 1 && first === DOT)) {
      if (length === 2 && first === DOT && name[start + 1] === DOT) {
        throw hostile(`the name '${printable(name)}' leads out of the archive ('..')`);
      }
      if (length > limits.nameBytes) {
        throw hostile(
          `the name '${printable(name)}' has a part of ${length} bytes, the longest is ${limits.nameBytes}`,
        );
      }
      parts.push(name.subarray(start, end));
      bytes += length + 1;
    }
    start = end + 1;
  }
  if (bytes - 1 > limits.pathBytes) {
    throw hostile(
      `the name '${printable(name)}' is ${bytes - 1} bytes long, the longest is ${limits.pathBytes}`,
    );
  }
  if (parts.length > limits.depth) {
    throw hostile(
      `the name '${printable(name)}' is ${parts.length} directories deep, the deepest is ${limits.depth}`,
    );
  }
  return join(parts, bytes - 1);
}

function join(parts: readonly Buffer[], bytes: number): Buffer {
  if (parts.length === 0) return Buffer.alloc(0);
  if (parts.length === 1) return parts[0] as Buffer;
  const path = Buffer.allocUnsafe(bytes);
  let at = 0;
  for (const part of parts) {
    if (at > 0) path[at++] = SLASH;
    at += part.copy(path, at);
  }
  return path;
}
