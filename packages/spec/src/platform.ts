import { BoxError } from './errors.ts';
import type { Platform } from './image.ts';

const PART = /^[a-z0-9][a-z0-9_-]{0,63}$/;
/** Other spellings that people and `uname -m` use (containerd/platforms). */
const ARCHITECTURES: Record<string, string> = {
  x86_64: 'amd64',
  x64: 'amd64',
  aarch64: 'arm64',
  i386: '386',
  ia32: '386',
};
/** What a machine without a word about it is: the baseline of its architecture. */
const BASELINE: Record<string, string> = { arm64: 'v8', arm: 'v7', amd64: 'v1' };

/** `os/architecture[/variant]` or an architecture alone. @throws BoxError INVALID_ARGUMENT */
export function parsePlatform(text: string): Platform {
  const parts = text.toLowerCase().split('/');
  if (parts.length > 3 || !parts.every((part) => PART.test(part))) {
    throw new BoxError('INVALID_ARGUMENT', `'${text}' is no platform`, {
      hint: 'write it like linux/amd64 or linux/arm/v7',
    });
  }
  const [os = '', architecture = '', variant] = parts.length === 1 ? ['linux', ...parts] : parts;
  return {
    os,
    architecture: ARCHITECTURES[architecture] ?? architecture,
    ...(variant === undefined ? {} : { variant }),
  };
}

export function formatPlatform({ os, architecture, variant }: Platform): string {
  return [os, architecture, ...(variant === undefined ? [] : [variant])].join('/');
}

/** The platform of programs that a machine runs, from Node's `process.arch`. */
export function platformOf(arch: string): Platform {
  const architecture = ARCHITECTURES[arch] ?? arch;
  return { os: 'linux', architecture };
}

/** The number of a variant, with its baseline where nothing is said: what is lower runs on what is higher. */
function level({ architecture, variant = BASELINE[architecture] ?? '' }: Platform): number {
  return Number(/\d+/.exec(variant)?.[0] ?? 0);
}

/** How well an image fits a wanted platform: 0 not at all, higher is better. Variants below the wanted one run too, the highest best. */
export function platformFit(wanted: Platform, offered: Platform): number {
  if (wanted.os !== offered.os || wanted.architecture !== offered.architecture) return 0;
  const [want, offer] = [level(wanted), level(offered)];
  return offer > want ? 0 : 1 + offer;
}
