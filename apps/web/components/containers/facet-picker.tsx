'use client';
import { useState } from 'react';
import type { Facet } from '../../lib/containers/filter';
import { Button } from '../ui/button';
import { Checkbox } from '../ui/checkbox';
import { ChevronDownIcon } from '../ui/icons';
import { Input } from '../ui/input';
import { Popover } from '../ui/popover';

/** So many can be overseen without a search. */
const SEARCH_FROM = 8;

interface FacetPickerProps {
  label: string;
  facets: readonly Facet[];
  chosen: readonly string[];
  onChange: (chosen: string[]) => void;
}

/** Values to narrow the list by, with how many boxes have each. */
export function FacetPicker({ label, facets, chosen, onChange }: FacetPickerProps) {
  const [search, setSearch] = useState('');
  const wanted = search.trim().toLowerCase();
  const offered = facets.filter(({ value }) => value.toLowerCase().includes(wanted));
  const toggle = (value: string, on: boolean) =>
    onChange(on ? [...chosen, value] : chosen.filter((other) => other !== value));
  return (
    <Popover
      label={`Filter by ${label.toLowerCase()}`}
      align="start"
      trigger={
        <Button className={chosen.length > 0 ? 'border-accent' : ''}>
          {label}
          {chosen.length > 0 && <span className="text-accent">{chosen.length}</span>}
          <ChevronDownIcon className="text-quiet" />
        </Button>
      }
    >
      <div className="flex w-64 max-w-full flex-col gap-2">
        {facets.length >= SEARCH_FROM && (
          <Input
            aria-label={`Search ${label.toLowerCase()}s`}
            placeholder="Search…"
            value={search}
            onChange={(event) => setSearch(event.target.value)}
          />
        )}
        <ul className="flex max-h-72 flex-col gap-1 overflow-y-auto">
          {offered.map(({ value, count }) => (
            <li key={value} className="flex items-center gap-2">
              <span className="min-w-0 flex-1 *:max-w-full" title={value}>
                <Checkbox
                  label={<bdi className="block truncate">{value}</bdi>}
                  checked={chosen.includes(value)}
                  onChange={(on) => toggle(value, on)}
                />
              </span>
              <span className="text-quiet">{count}</span>
            </li>
          ))}
          {offered.length === 0 && <li className="text-quiet">None</li>}
        </ul>
        {chosen.length > 0 && (
          <Button size="small" variant="ghost" onClick={() => onChange([])}>
            Any {label.toLowerCase()}
          </Button>
        )}
      </div>
    </Popover>
  );
}
