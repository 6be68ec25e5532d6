import type { VolumeView } from '@boxyard/api';
import { isAnonymousName, isVolumeName } from '@boxyard/spec';

/** As many digits of an anonymous name as of an id. */
const SHORT = 12;

/** A volume's name as lists show it. */
export function shortVolume(name: string): string {
  return isAnonymousName(name) ? name.slice(0, SHORT) : name;
}

/** Why a text is no name of a volume; undefined when it is one, or nothing yet. */
export function volumeNameProblem(text: string): string | undefined {
  if (text === '' || isVolumeName(text)) return undefined;
  return 'Letters, digits and _ . - between them, at most 128.';
}

export const VOLUME_SORTS = ['name', 'created', 'size', 'boxes'] as const;
export type VolumeSort = (typeof VOLUME_SORTS)[number];
export interface VolumeSorting {
  by: VolumeSort;
  descending: boolean;
}
export const BY_NAME: VolumeSorting = { by: 'name', descending: false };

/** `size` or `-size`, as in the address. */
export function formatVolumeSorting({ by, descending }: VolumeSorting): string {
  return `${descending ? '-' : ''}${by}`;
}

export function parseVolumeSorting(text: string): VolumeSorting | null {
  const by = VOLUME_SORTS.find((sort) => sort === text.replace(/^-/, ''));
  return by ? { by, descending: text.startsWith('-') } : null;
}

interface Wanted {
  /** Part of a name, of a label, or of the name of a box that mounts it. */
  text: string;
  /** Only those that no box mounts. */
  unused: boolean;
  sorting: VolumeSorting;
}

/** The volumes that pass, in order; those with a name before those without. */
export function listVolumes(volumes: readonly VolumeView[], { text, unused, sorting }: Wanted): VolumeView[] {
  const wanted = text.trim().toLowerCase();
  const direction = sorting.descending ? -1 : 1;
  return volumes
    .filter(({ containers }) => !unused || containers.length === 0)
    .filter((volume) => wanted === '' || wordsOf(volume).some((word) => word.toLowerCase().includes(wanted)))
    .toSorted((a, b) => direction * COMPARE[sorting.by](a, b) || COMPARE.name(a, b));
}

function wordsOf({ name, labels, containers }: VolumeView): string[] {
  return [name, ...containers, ...Object.entries(labels).map(([key, value]) => `${key}=${value}`)];
}

const compareText = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);
const COMPARE: Record<VolumeSort, (a: VolumeView, b: VolumeView) => number> = {
  name: (a, b) => Number(a.anonymous) - Number(b.anonymous) || compareText(a.name, b.name),
  created: (a, b) => compareText(a.createdAt, b.createdAt),
  size: (a, b) => (a.bytes ?? 0) - (b.bytes ?? 0),
  boxes: (a, b) => a.containers.length - b.containers.length,
};
