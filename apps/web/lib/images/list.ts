import type { ImageView } from '@boxyard/api';
import { formatPlatform } from '@boxyard/spec';
import { imageName } from './names';

export const IMAGE_SORTS = ['name', 'platform', 'size', 'created', 'boxes'] as const;
export type ImageSort = (typeof IMAGE_SORTS)[number];
export interface ImageSorting {
  by: ImageSort;
  descending: boolean;
}

export const NEWEST_FIRST: ImageSorting = { by: 'created', descending: true };
/** Figures are asked for from the top; what is old is seldom sought. */
export const LARGEST_FIRST: readonly ImageSort[] = ['size', 'created', 'boxes'];

/** `size` or `-size`, as in the address. */
export function formatImageSorting({ by, descending }: ImageSorting): string {
  return `${descending ? '-' : ''}${by}`;
}

export function parseImageSorting(text: string): ImageSorting | null {
  const by = IMAGE_SORTS.find((sort) => sort === text.replace(/^-/, ''));
  return by ? { by, descending: text.startsWith('-') } : null;
}

interface Wanted {
  text: string;
  /** Only those that no box uses. */
  unused: boolean;
  sorting: ImageSorting;
}

/** The images that pass, in order. The text is part of a name, of a digest, of a platform, or the beginning of an id. */
export function listImages(images: readonly ImageView[], { text, unused, sorting }: Wanted): ImageView[] {
  const wanted = text.trim().toLowerCase();
  const direction = sorting.descending ? -1 : 1;
  return images
    .filter(({ containers }) => !unused || containers === 0)
    .filter(
      ({ tags, digests, id, platform }) =>
        wanted === '' ||
        id.startsWith(wanted.replace(/^sha256:/, '')) ||
        [...tags, ...digests, formatPlatform(platform)].some((word) => word.toLowerCase().includes(wanted)),
    )
    .toSorted((a, b) => direction * COMPARE[sorting.by](a, b) || compareText(imageName(a), imageName(b)));
}

const compareText = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);
const COMPARE: Record<ImageSort, (a: ImageView, b: ImageView) => number> = {
  name: (a, b) => compareText(imageName(a), imageName(b)),
  platform: (a, b) => compareText(formatPlatform(a.platform), formatPlatform(b.platform)),
  size: (a, b) => a.size - b.size,
  created: (a, b) => a.createdAt - b.createdAt,
  boxes: (a, b) => a.containers - b.containers,
};
