import type { ContainerView } from '@boxyard/api';
import { describe, expect, it } from 'vitest';
import { COLUMN_IDS, DEFAULT_COLUMNS, fitColumns, gridTemplate } from './columns';
import {
  type ContainerFilter,
  countGroups,
  filterContainers,
  filterInWords,
  groupOf,
  imageFacets,
  labelFacets,
} from './filter';
import { parsePreferences } from './preferences';
import { NOTHING_SELECTED, selectRange, toggle, toggleAll } from './selection';
import { formatSorting, parseSorting, sortContainers } from './sort';

function container(name: string, rest: Partial<ContainerView> = {}): ContainerView {
  return {
    id: name.padEnd(64, '0'),
    name,
    image: 'busybox',
    imageId: null,
    command: ['sleep', '1000'],
    state: 'running',
    createdAt: '2026-01-01T00:00:00.000Z',
    startedAt: '2026-01-01T00:00:01.000Z',
    finishedAt: null,
    exit: null,
    pid: 1,
    reason: null,
    tty: false,
    openStdin: false,
    labels: {},
    network: 'none',
    revision: 1,
    ...rest,
  };
}

const EVERYTHING: ContainerFilter = { text: '', group: 'all', images: [], labels: [] };
const names = (containers: readonly ContainerView[]) => containers.map(({ name }) => name);
const code = (value: number) => ({ state: 'exited', exit: { kind: 'code', code: value } }) as const;
const yard = [
  container('web-1', { image: 'nginx', labels: { team: 'shop' } }),
  container('web-2', { ...code(0), image: 'nginx' }),
  container('import', { ...code(2), command: ['python', 'Import.py'] }),
  container('cache', { state: 'stopped', exit: { kind: 'signal', signal: 15 }, labels: { team: 'base' } }),
];

describe('filter', () => {
  it('puts each end into the group a person would look in', () => {
    expect(yard.map(groupOf)).toEqual(['running', 'stopped', 'failed', 'stopped']);
    expect(groupOf(container('x', { state: 'lost' }))).toBe('failed');
    expect(groupOf(container('x', { state: 'created', reason: 'no such program' }))).toBe('failed');
    expect(groupOf(container('x', { state: 'exited', exit: { kind: 'oom', signal: 9 } }))).toBe('failed');
  });

  it('finds every word in name, id, image, command or label, whatever its case', () => {
    const find = (text: string) => names(filterContainers(yard, { ...EVERYTHING, text }));
    expect(find('WEB nginx')).toEqual(['web-1', 'web-2']);
    expect(find('import.PY')).toEqual(['import']);
    expect(find('team=base')).toEqual(['cache']);
    expect(find('web import')).toEqual([]);
  });

  it('counts a facet over what passes the other ones', () => {
    const filter: ContainerFilter = { ...EVERYTHING, group: 'running', images: ['nginx'] };
    expect(countGroups(yard, filter)).toEqual({ all: 2, running: 1, stopped: 1, failed: 0 });
    expect(imageFacets(yard, { ...filter, group: 'all' })).toEqual([
      { value: 'busybox', count: 2 },
      { value: 'nginx', count: 2 },
    ]);
    expect(labelFacets(yard, filter)).toEqual([{ value: 'team=shop', count: 1 }]);
  });

  it('goes on offering what is chosen when nothing has it any more', () => {
    expect(imageFacets(yard, { ...EVERYTHING, images: ['gone'] })).toContainEqual({
      value: 'gone',
      count: 0,
    });
  });

  it('says in words what narrows the list', () => {
    expect(filterInWords({ text: ' x ', group: 'failed', images: ['a', 'b'], labels: [] })).toEqual([
      '“x” in name, id, image, command or label',
      'only failed',
      'image a or b',
    ]);
  });
});

describe('sorting', () => {
  const none = () => undefined;

  it('reads numbers in names as numbers', () => {
    const some = ['web-10', 'web-2', 'Web-1'].map((name) => container(name));
    expect(names(sortContainers(some, { column: 'name', descending: false }, none))).toEqual([
      'Web-1',
      'web-2',
      'web-10',
    ]);
  });

  it('keeps those without a figure last both ways', () => {
    const figures = (id: string) =>
      id.startsWith('web-1')
        ? { cpu: 1, memory: 1 }
        : id.startsWith('cache')
          ? { cpu: 2, memory: 1 }
          : undefined;
    const by = (descending: boolean) => names(sortContainers(yard, { column: 'cpu', descending }, figures));
    expect(by(false)).toEqual(['web-1', 'cache', 'import', 'web-2']);
    expect(by(true)).toEqual(['cache', 'web-1', 'import', 'web-2']);
  });

  it('brings failed ones up first by status', () => {
    expect(names(sortContainers(yard, { column: 'status', descending: false }, none))).toEqual([
      'import',
      'web-1',
      'cache',
      'web-2',
    ]);
  });

  it('survives the way through the address, and takes no foreign word', () => {
    expect(parseSorting(formatSorting({ column: 'cpu', descending: true }), COLUMN_IDS)).toEqual({
      column: 'cpu',
      descending: true,
    });
    expect(parseSorting('constructor', COLUMN_IDS)).toBeNull();
  });
});

describe('selection', () => {
  const order = ['a', 'b', 'c', 'd'];

  it('takes a range in either direction from where the last tick was', () => {
    const { ids } = selectRange(toggle(NOTHING_SELECTED, 'c'), 'a', order);
    expect([...ids].sort()).toEqual(['a', 'b', 'c']);
  });

  it('begins a range at the row itself when the anchor left the screen', () => {
    const gone = toggle(NOTHING_SELECTED, 'z');
    expect([...selectRange(gone, 'b', order).ids]).toEqual(['z', 'b']);
  });

  it('ticks all of the filtered, then none', () => {
    const all = toggleAll(NOTHING_SELECTED, order);
    expect(all.ids.size).toBe(4);
    expect(toggleAll(all, order).ids.size).toBe(0);
  });
});

describe('columns', () => {
  it('leave in a fixed order when the window narrows; status and name stay', () => {
    const at = (width: number) => fitColumns(COLUMN_IDS, width, 72).map(({ id }) => id);
    expect(at(2000)).toEqual([...COLUMN_IDS]);
    expect(at(900)).not.toContain('pid');
    expect(at(900)).toContain('cpu');
    expect(at(200)).toEqual(['status', 'name']);
  });

  it('become a grid whose texts share the room', () => {
    expect(gridTemplate(fitColumns([], 500, 0))).toBe('148px minmax(150px, 3fr)');
  });

  it('are remembered in their order; a broken memory is the default', () => {
    expect(parsePreferences('{"columns":["pid","name","x"]}').columns).toEqual(['name', 'pid']);
    for (const broken of ['{"columns":1}', 'nonsense', null])
      expect(parsePreferences(broken).columns).toBe(DEFAULT_COLUMNS);
  });
});
