import { readXattrs } from '@boxyard/kernel';

/** Set by the helper for `.wh..wh..opq` (overlayfs.rst, "Whiteouts and opaque directories"). */
const OPAQUE = 'trusted.overlay.opaque';

/** Whether a layer's directory hides all of the layers below. One that is missing hides nothing: whoever mounts it says so. */
export function isOpaque(path: string | Buffer): boolean {
  try {
    return readXattrs(Buffer.from(path)).get(OPAQUE)?.toString() === 'y';
  } catch {
    return false;
  }
}
