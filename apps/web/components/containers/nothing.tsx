'use client';
import Link from 'next/link';
import type { ListAddress } from '../../lib/containers/address';
import { filterInWords } from '../../lib/containers/filter';
import { Button, buttonClass } from '../ui/button';
import { EmptyState } from '../ui/empty-state';
import { PlusIcon } from '../ui/icons';

/** What a box is, and two ways to the first one. */
export function NoBoxes() {
  return (
    <EmptyState
      title="No boxes yet"
      action={
        <Link href="/containers/new/" className={buttonClass('primary')}>
          <PlusIcon /> New box
        </Link>
      }
      command="box run -it --name hello busybox sh"
    >
      A box is a container: a program with its own files, processes and network.
    </EmptyState>
  );
}

/** Which filters hide everything, and the way back. */
export function NothingFound({ address: { filter, clearFilter } }: { address: ListAddress }) {
  return (
    <EmptyState title="No box matches" action={<Button onClick={clearFilter}>Clear the filters</Button>}>
      <ul>
        {filterInWords(filter).map((words) => (
          <li key={words} className="break-words">
            <bdi>{words}</bdi>
          </li>
        ))}
      </ul>
    </EmptyState>
  );
}
