import type { VolumeView } from '@boxyard/api';
import { useQuery } from '@tanstack/react-query';
import dynamic from 'next/dynamic';
import { createParser, parseAsBoolean, parseAsString, parseAsStringLiteral, useQueryStates } from 'nuqs';
import { useRef, useState } from 'react';
import { useCommands } from '../../lib/commands';
import { bytes } from '../../lib/format';
import { countOf } from '../../lib/images/names';
import { useKeys } from '../../lib/keys';
import { useNow } from '../../lib/now';
import { queries } from '../../lib/queries';
import {
  BY_NAME,
  formatVolumeSorting,
  listVolumes,
  parseVolumeSorting,
  VOLUME_SORTS,
} from '../../lib/volumes';
import { Page } from '../shell/page';
import { Button } from '../ui/button';
import { Checkbox } from '../ui/checkbox';
import { EmptyState } from '../ui/empty-state';
import { ErrorState } from '../ui/error-state';
import { Input } from '../ui/input';
import { Select } from '../ui/select';
import { Skeleton } from '../ui/skeleton';
import type { VolumeAction } from './volume-dialogs';
import { VolumeTable } from './volume-table';

/** Loaded when the first dialog is opened. */
const VolumeDialogs = dynamic(() => import('./volume-dialogs'), { ssr: false });

const PARSERS = {
  q: parseAsString.withDefault(''),
  unused: parseAsBoolean.withDefault(false),
  sizes: parseAsBoolean.withDefault(false),
  sort: createParser({
    parse: parseVolumeSorting,
    serialize: formatVolumeSorting,
    eq: (a, b) => formatVolumeSorting(a) === formatVolumeSorting(b),
  }).withDefault(BY_NAME),
  /** What to open with: other pages lead to the dialogs. */
  show: parseAsStringLiteral(['create', 'prune'] as const),
};
const SORTS = VOLUME_SORTS.flatMap((by) => [
  { value: by as string, label: `${by} ↑` },
  { value: `-${by}`, label: `${by} ↓` },
]);

/** Volumes: what outlives boxes, which of them have it, and its way in and out. */
export function VolumesPage() {
  const [{ q, unused, sizes, sort, show }, setAddress] = useQueryStates(PARSERS);
  const list = useQuery(queries.volumes());
  const sized = useQuery({ ...queries.volumeSizes(), enabled: sizes });
  const [action, setAction] = useState<VolumeAction | null>(null);
  const [opened, setOpened] = useState(false);
  const filter = useRef<HTMLInputElement>(null);
  const now = useNow();
  const act = (next: VolumeAction) => {
    setOpened(true);
    setAction(next);
  };
  if (show && !opened) act({ kind: show });
  const close = () => {
    setAction(null);
    if (show) void setAddress({ show: null });
  };
  useKeys({ '/': { label: 'Filter', run: () => filter.current?.focus() } }, { group: 'Volumes' });
  useCommands([
    { id: 'create volume', label: 'Create a volume…', group: 'Volumes', run: () => act({ kind: 'create' }) },
    {
      id: 'prune volumes',
      label: 'Clean up volumes…',
      group: 'Volumes',
      words: 'prune',
      run: () => act({ kind: 'prune' }),
    },
  ]);
  const { error, refetch } = list;
  const volumes = list.data && withSizes(list.data, sized.data);
  const shown = volumes && listVolumes(volumes, { text: q, unused, sorting: sort });
  const create = (
    <Button variant="primary" onClick={() => act({ kind: 'create' })}>
      Create
    </Button>
  );
  return (
    <Page
      title="Volumes"
      actions={
        volumes?.length !== 0 && (
          <>
            <Button onClick={() => act({ kind: 'prune' })}>Clean up</Button>
            {create}
          </>
        )
      }
      toolbar={
        volumes &&
        volumes.length > 0 && (
          <div className="flex flex-wrap items-center gap-x-4 gap-y-2">
            <Input
              ref={filter}
              type="search"
              aria-label="Filter volumes"
              placeholder="Name, box or label"
              value={q}
              onChange={(event) => void setAddress({ q: event.currentTarget.value || null })}
              className="sm:max-w-72"
            />
            <Checkbox
              label="Used by no box"
              checked={unused}
              onChange={(checked) => void setAddress({ unused: checked || null })}
            />
            <Checkbox
              label="Sizes"
              checked={sizes}
              onChange={(checked) => void setAddress({ sizes: checked || null })}
            />
            <Select
              label="Sort by"
              className="sm:hidden"
              value={formatVolumeSorting(sort)}
              items={SORTS}
              onChange={(value) => void setAddress({ sort: parseVolumeSorting(value) })}
            />
            <span className="ml-auto text-quiet text-xs" role="status">
              {sumOf(shown ?? [], sizes)}
            </span>
          </div>
        )
      }
    >
      {error && !volumes && <ErrorState error={error} retry={() => void refetch()} />}
      {sized.error && sizes && <ErrorState error={sized.error} compact />}
      {!volumes && !error && <Loading />}
      {volumes?.length === 0 && (
        <EmptyState title="No volumes yet" action={create} command="box run -v data:/var/lib/data busybox">
          A volume is a directory that outlives the boxes which mount it: a database keeps its files there.
        </EmptyState>
      )}
      {shown && shown.length > 0 && (
        <VolumeTable
          volumes={shown}
          now={now}
          sizes={sizes}
          sorting={sort}
          setSorting={(next) => void setAddress({ sort: next })}
          act={act}
        />
      )}
      {volumes && volumes.length > 0 && shown?.length === 0 && (
        <EmptyState
          title="No volume is like that"
          action={<Button onClick={() => void setAddress({ q: null, unused: null })}>Show all</Button>}
        >
          None of {countOf(volumes.length, 'volume')} passes the filter.
        </EmptyState>
      )}
      {opened && <VolumeDialogs action={action} close={close} />}
    </Page>
  );
}

/** The list is what there is; sizes come a moment later. */
function withSizes(volumes: readonly VolumeView[], sized: readonly VolumeView[] = []): VolumeView[] {
  const known = new Map(sized.map(({ name, bytes: size }) => [name, size]));
  return volumes.map((volume) => ({ ...volume, bytes: known.get(volume.name) ?? null }));
}

function sumOf(volumes: readonly VolumeView[], sizes: boolean): string {
  const count = countOf(volumes.length, 'volume');
  if (!sizes || volumes.some((volume) => volume.bytes === null)) return count;
  return `${count}, ${bytes(volumes.reduce((sum, volume) => sum + (volume.bytes ?? 0), 0))}`;
}

function Loading() {
  return (
    <div className="flex flex-col gap-3 p-4">
      {['w-1/2', 'w-2/3', 'w-1/3'].map((width) => (
        <Skeleton key={width} className={`h-6 ${width}`} />
      ))}
    </div>
  );
}
