'use client';
import type { ContainerView } from '@boxyard/api';
import { type RefObject, useMemo } from 'react';
import type { ListAddress } from '../../lib/containers/address';
import {
  countGroups,
  imageFacets,
  isFiltering,
  labelFacets,
  STATE_GROUPS,
} from '../../lib/containers/filter';
import { Button } from '../ui/button';
import { SearchIcon } from '../ui/icons';
import { Input } from '../ui/input';
import { FacetPicker } from './facet-picker';
import { SortSelect } from './lazy';
import { ViewMenu } from './view-menu';

interface ListToolbarProps {
  /** All there are, unfiltered. */
  containers: readonly ContainerView[];
  address: ListAddress;
  search: RefObject<HTMLInputElement | null>;
  /** Down from the search goes to the list. */
  toList: () => void;
  narrow: boolean;
}

const GROUP_WORDS = { all: 'All', running: 'Running', stopped: 'Stopped', failed: 'Failed' };

/** What narrows the list: words, state, image, label. */
export function ListToolbar({ containers, address, search, toList, narrow }: ListToolbarProps) {
  const { filter, setFilter, clearFilter } = address;
  const counts = useMemo(() => countGroups(containers, filter), [containers, filter]);
  const images = useMemo(() => imageFacets(containers, filter), [containers, filter]);
  const labels = useMemo(() => labelFacets(containers, filter), [containers, filter]);
  return (
    <div className="flex flex-wrap items-center gap-2">
      <search className="relative w-64 max-sm:w-full">
        <SearchIcon className="pointer-events-none absolute top-1/2 left-2.5 -translate-y-1/2 text-quiet" />
        <Input
          ref={search}
          type="search"
          aria-label="Search boxes"
          aria-keyshortcuts="/"
          placeholder="Search name, image, label…"
          value={filter.text}
          onChange={(event) => setFilter({ text: event.target.value })}
          onKeyDown={(event) => {
            if (event.key === 'ArrowDown' || event.key === 'Enter') {
              event.preventDefault();
              toList();
            } else if (event.key === 'Escape') {
              setFilter({ text: '' });
              toList();
            }
          }}
          className="pl-8"
        />
      </search>
      <fieldset className="inline-flex max-w-full overflow-x-auto rounded-box border border-rim bg-surface">
        <legend className="sr-only">State</legend>
        {(['all', ...STATE_GROUPS] as const).map((group) => (
          <button
            key={group}
            type="button"
            aria-pressed={filter.group === group}
            onClick={() => setFilter({ group })}
            className="inline-flex h-[30px] items-center gap-1.5 px-2.5 text-quiet first:rounded-l-box last:rounded-r-box hover:text-ink focus-visible:outline-offset-[-2px] aria-pressed:bg-accent-soft aria-pressed:font-medium aria-pressed:text-ink pointer-coarse:h-11"
          >
            {GROUP_WORDS[group]}
            <span className={group === 'failed' && counts.failed > 0 ? 'text-bad' : 'text-quiet'}>
              {counts[group]}
            </span>
          </button>
        ))}
      </fieldset>
      <FacetPicker
        label="Image"
        facets={images}
        chosen={filter.images}
        onChange={(chosen) => setFilter({ images: chosen })}
      />
      {(labels.length > 0 || filter.labels.length > 0) && (
        <FacetPicker
          label="Label"
          facets={labels}
          chosen={filter.labels}
          onChange={(chosen) => setFilter({ labels: chosen })}
        />
      )}
      {isFiltering(filter) && (
        <Button variant="ghost" onClick={clearFilter}>
          Clear
        </Button>
      )}
      {narrow ? (
        <SortSelect address={address} />
      ) : (
        <span className="ml-auto">
          <ViewMenu />
        </span>
      )}
    </div>
  );
}
