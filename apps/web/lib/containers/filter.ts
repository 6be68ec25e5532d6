import type { ContainerView } from '@boxyard/api';
import { isAlive } from '@boxyard/spec';

/** What a person looks for, in four groups: `stopped` ended as wished or never ran, `failed` did not. */
export const STATE_GROUPS = ['running', 'stopped', 'failed'] as const;
export type StateGroup = (typeof STATE_GROUPS)[number];

export interface ContainerFilter {
  /** Words that must all occur, in any case, in name, id, image, command or a label. */
  text: string;
  group: StateGroup | 'all';
  /** One of these; empty: any. */
  images: readonly string[];
  /** `key=value`, one of these; empty: any. */
  labels: readonly string[];
}

export interface Facet {
  value: string;
  count: number;
}

/** Values of a facet that are offered; more are found by the search. */
const FACET_LIMIT = 200;

export function groupOf({ state, exit, reason }: ContainerView): StateGroup {
  if (isAlive(state)) return 'running';
  if (state === 'lost' || exit?.kind === 'lost' || exit?.kind === 'oom') return 'failed';
  if (state === 'created') return reason ? 'failed' : 'stopped';
  if (state === 'exited' && exit) return exit.kind === 'code' && exit.code === 0 ? 'stopped' : 'failed';
  return 'stopped';
}

/** The containers that pass every part of the filter, in their order. */
export function filterContainers(
  containers: readonly ContainerView[],
  filter: ContainerFilter,
): ContainerView[] {
  const passes = predicate(filter);
  return containers.filter(passes);
}

/** How many there are of each group among those that pass the rest of the filter. */
export function countGroups(
  containers: readonly ContainerView[],
  filter: ContainerFilter,
): Record<StateGroup | 'all', number> {
  const counts = { all: 0, running: 0, stopped: 0, failed: 0 };
  for (const container of filterContainers(containers, { ...filter, group: 'all' })) {
    counts.all += 1;
    counts[groupOf(container)] += 1;
  }
  return counts;
}

/** Images of those that pass the rest of the filter, most frequent first; what is chosen is always among them. */
export function imageFacets(containers: readonly ContainerView[], filter: ContainerFilter): Facet[] {
  const rest = filterContainers(containers, { ...filter, images: [] });
  return facets(
    rest.map(({ image }) => image),
    filter.images,
  );
}

/** Labels as `key=value`, the same way. */
export function labelFacets(containers: readonly ContainerView[], filter: ContainerFilter): Facet[] {
  const rest = filterContainers(containers, { ...filter, labels: [] });
  return facets(rest.flatMap(labelsOf), filter.labels);
}

/** True when something narrows the list. */
export function isFiltering({ text, group, images, labels }: ContainerFilter): boolean {
  return text.trim() !== '' || group !== 'all' || images.length > 0 || labels.length > 0;
}

/** What narrows the list, in words: `name, image, command or label has "web"`, `failed`, `image busybox`. */
export function filterInWords({ text, group, images, labels }: ContainerFilter): string[] {
  return [
    ...(text.trim() ? [`“${text.trim()}” in name, id, image, command or label`] : []),
    ...(group === 'all' ? [] : [`only ${group}`]),
    ...(images.length > 0 ? [`image ${images.join(' or ')}`] : []),
    ...(labels.length > 0 ? [`label ${labels.join(' or ')}`] : []),
  ];
}

function predicate({ text, group, images, labels }: ContainerFilter): (container: ContainerView) => boolean {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  const image = images.length > 0 ? new Set(images) : null;
  const label = labels.length > 0 ? new Set(labels) : null;
  return (container) =>
    (group === 'all' || groupOf(container) === group) &&
    (!image || image.has(container.image)) &&
    (!label || labelsOf(container).some((entry) => label.has(entry))) &&
    words.every((word) => searchText(container).includes(word));
}

function labelsOf({ labels }: ContainerView): string[] {
  return Object.entries(labels).map(([key, value]) => `${key}=${value}`);
}

const texts = new WeakMap<ContainerView, string>();

/** Kept with the view: each change of a container is a new object. */
function searchText(container: ContainerView): string {
  let text = texts.get(container);
  if (text === undefined) {
    const { name, id, image, command } = container;
    text = [name, id, image, command.join(' '), ...labelsOf(container)].join('\n').toLowerCase();
    texts.set(container, text);
  }
  return text;
}

function facets(values: readonly string[], chosen: readonly string[]): Facet[] {
  const counts = new Map<string, number>(chosen.map((value) => [value, 0]));
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  const sorted = [...counts].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1));
  const offered = sorted.filter(([value], index) => index < FACET_LIMIT || chosen.includes(value));
  return offered.map(([value, count]) => ({ value, count }));
}
