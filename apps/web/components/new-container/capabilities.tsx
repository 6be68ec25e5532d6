import {
  CAPABILITIES,
  CAPABILITY_WORDS,
  DEFAULT_CAPABILITIES,
  mergeCapabilities,
  parseCapability,
} from '@boxyard/spec';
import { useState } from 'react';
import { Button } from '../ui/button';
import { Checkbox } from '../ui/checkbox';
import { Input } from '../ui/input';
import { fieldMessage, useForm } from './form';

const DEFAULT: readonly string[] = DEFAULT_CAPABILITIES;

/** What root in the box may do, as one list to tick: `--cap-add` and `--cap-drop` follow. */
export function Capabilities() {
  const { values, setFlags, problems } = useForm();
  const [filter, setFilter] = useState('');
  const add = values('cap-add');
  const drop = values('cap-drop');
  const effective = new Set<string>(mergeCapabilities(DEFAULT, add.filter(isKnown), drop.filter(isKnown)));
  const wrong = problems.find(({ field }) => field === 'cap-add' || field === 'cap-drop');
  const change = (nextAdd: readonly string[], nextDrop: readonly string[]) =>
    setFlags({ 'cap-add': nextAdd, 'cap-drop': nextDrop });
  const toggle = (name: string, on: boolean) => {
    const others = (list: readonly string[]) =>
      list.filter((text) => !isKnown(text) || parseCapability(text) !== name);
    const [nextAdd, nextDrop] = [on ? add : others(add), on ? others(drop) : drop];
    const already = mergeCapabilities(DEFAULT, nextAdd.filter(isKnown), nextDrop.filter(isKnown)).includes(
      name as (typeof CAPABILITIES)[number],
    );
    const short = name.slice('CAP_'.length);
    if (already === on) change(nextAdd, nextDrop);
    else if (on) change([...nextAdd, short], nextDrop);
    else change(nextAdd, [...nextDrop, short]);
  };
  const shown = CAPABILITIES.filter((name) =>
    `${name} ${CAPABILITY_WORDS[name]}`.toLowerCase().includes(filter.toLowerCase()),
  );
  return (
    <fieldset className="flex min-w-0 flex-col gap-2">
      <legend className="mb-1 font-medium">What root in the box may do</legend>
      <div className="flex flex-wrap items-center gap-2">
        <Input
          aria-label="Find a capability"
          placeholder="Find"
          value={filter}
          onChange={({ currentTarget }) => setFilter(currentTarget.value)}
          aria-invalid={wrong ? true : undefined}
          className="max-w-48 flex-1"
        />
        <Button size="small" onClick={() => change([], [])}>
          The usual
        </Button>
        <Button size="small" onClick={() => change([], ['ALL'])}>
          Nothing
        </Button>
        <span className="text-quiet text-xs">
          {effective.size} of {CAPABILITIES.length}
        </span>
      </div>
      {wrong && <p className="break-words text-bad text-xs">{fieldMessage(wrong)}</p>}
      <ul className="max-h-72 overflow-y-auto rounded-box border border-line px-2 py-1">
        {shown.map((name) => (
          <li key={name} className="py-1">
            <Checkbox
              checked={effective.has(name)}
              onChange={(on) => toggle(name, on)}
              label={
                <>
                  <span className="font-mono text-mono">{name.slice('CAP_'.length)}</span>{' '}
                  <span className="text-quiet">
                    {CAPABILITY_WORDS[name]}
                    {DEFAULT.includes(name) ? '' : ' (not usual)'}
                  </span>
                </>
              }
            />
          </li>
        ))}
        {shown.length === 0 && <li className="py-1 text-quiet">No capability is about that.</li>}
      </ul>
    </fieldset>
  );
}

function isKnown(text: string): boolean {
  try {
    parseCapability(text);
    return true;
  } catch {
    return false;
  }
}
