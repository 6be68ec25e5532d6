'use client';
import { useState } from 'react';
import { looksSecret, splitVariable } from '../../../lib/containers/secrets';
import { Button } from '../../ui/button';
import { Fact, Facts } from './facts';

/** Variables by name. Values that look like secrets are not on the page until somebody asks. */
export function Environment({ entries }: { entries: readonly string[] }) {
  const variables = entries.map(splitVariable).sort(([a], [b]) => (a < b ? -1 : 1));
  if (variables.length === 0) return <p className="text-quiet">None.</p>;
  return (
    <Facts>
      {variables.map(([key, value]) => (
        <Fact key={key} label={<bdi className="font-mono text-mono">{key}</bdi>} mono copy={value}>
          {looksSecret(key) ? <Secret name={key} value={value} /> : <Value text={value} />}
        </Fact>
      ))}
    </Facts>
  );
}

/** A variable may hold 128 kB; all of it can be copied. */
const SHOWN_CHARACTERS = 2000;

function Value({ text }: { text: string }) {
  return <bdi>{text.slice(0, SHOWN_CHARACTERS) || '(empty)'}</bdi>;
}

function Secret({ name, value }: { name: string; value: string }) {
  const [shown, setShown] = useState(false);
  return (
    <span className="inline-flex flex-wrap items-center gap-2">
      {shown ? <Value text={value} /> : <span aria-hidden>••••••••</span>}
      <Button
        size="small"
        variant="ghost"
        aria-label={`${shown ? 'Hide' : 'Show'} ${name}`}
        onClick={() => setShown(!shown)}
      >
        {shown ? 'Hide' : 'Show'}
      </Button>
    </span>
  );
}
