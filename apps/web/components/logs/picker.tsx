import type { ContainerView } from '@boxyard/api';
import { useState } from 'react';
import { Button } from '../ui/button';
import { Checkbox } from '../ui/checkbox';
import { ChevronDownIcon } from '../ui/icons';
import { Input } from '../ui/input';
import { Popover } from '../ui/popover';
import { StatusMark } from '../ui/status-mark';

interface Props {
  known: readonly ContainerView[];
  chosen: readonly string[];
  choose(names: string[]): void;
  /** How many at once. */
  most: number;
}

/** Whose logs are shown. */
export function BoxPicker({ known, chosen, choose, most }: Props) {
  const [filter, setFilter] = useState('');
  const shown = known.filter(({ name }) => name.includes(filter));
  const running = known.filter(({ state }) => state === 'running').map(({ name }) => name);
  const full = chosen.length >= most;
  return (
    <Popover
      label="Choose boxes"
      trigger={
        <Button>
          <span className="max-w-[min(20rem,60vw)] truncate">
            {chosen.length === 0
              ? 'Choose boxes'
              : chosen.length === 1
                ? chosen[0]
                : `${chosen.length} boxes`}
          </span>
          <ChevronDownIcon className="text-quiet" />
        </Button>
      }
    >
      <div className="flex w-72 max-w-full flex-col gap-2">
        <Input
          aria-label="Find a box"
          placeholder="Find a box"
          value={filter}
          onChange={(event) => setFilter(event.currentTarget.value)}
        />
        <div className="flex gap-2">
          <Button size="small" onClick={() => choose(running.slice(0, most))}>
            All running
          </Button>
          <Button size="small" disabled={chosen.length === 0} onClick={() => choose([])}>
            None
          </Button>
        </div>
        <ul className="-mx-1 max-h-80 overflow-y-auto px-1">
          {shown.map((container) => {
            const on = chosen.includes(container.name);
            return (
              <li
                key={container.id}
                className="flex h-8 items-center justify-between gap-3 pointer-coarse:h-11"
              >
                <Checkbox
                  label={<span className="block truncate">{container.name}</span>}
                  checked={on}
                  disabled={!on && full}
                  onChange={(next) =>
                    choose(
                      next ? [...chosen, container.name] : chosen.filter((name) => name !== container.name),
                    )
                  }
                />
                <StatusMark container={container} />
              </li>
            );
          })}
        </ul>
        {full && <p className="text-quiet text-xs">{most} boxes at once, no more.</p>}
      </div>
    </Popover>
  );
}
