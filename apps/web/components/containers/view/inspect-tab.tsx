'use client';
import type { ContainerView } from '@boxyard/api';
import { useQuery } from '@tanstack/react-query';
import { parseAsStringLiteral, useQueryState } from 'nuqs';
import { queries } from '../../../lib/queries';
import { Segments } from '../../ui/segments';
import { Answer } from './answer';
import { TextSearch } from './text-search';

const PARTS = ['state', 'plan'] as const;
const TITLES = { state: 'Configuration and state', plan: 'Plan' };
const WORDS = {
  state: 'Everything the agent knows of this box, as box inspect prints it.',
  plan: 'What the kernel is asked for when it starts, in order, as box inspect --plan prints it.',
};

/** Everything the agent knows, and the plan its helper obeys. */
export default function InspectTab({ container: { id, name } }: { container: ContainerView }) {
  const [part, setPart] = useQueryState('part', parseAsStringLiteral(PARTS).withDefault('state'));
  return (
    <div className="flex h-full min-h-0 flex-col gap-2 p-4">
      <div className="flex flex-wrap items-center gap-x-4 gap-y-2">
        <Segments label="Part" values={PARTS} value={part} onChange={(next) => void setPart(next)}>
          {(one) => TITLES[one]}
        </Segments>
        <p className="text-quiet">{WORDS[part]}</p>
      </div>
      {part === 'state' ? <State id={id} name={name} /> : <Plan id={id} name={name} />}
    </div>
  );
}

function State({ id, name }: { id: string; name: string }) {
  return (
    <Answer query={useQuery(queries.details(id))} lines={12}>
      {(details) => (
        <TextSearch text={JSON.stringify(details, null, 2)} label={`Configuration and state of ${name}`} />
      )}
    </Answer>
  );
}

function Plan({ id, name }: { id: string; name: string }) {
  return (
    <Answer query={useQuery(queries.plan(id))} lines={12}>
      {(plan) => <TextSearch text={plan.join('\n')} label={`Plan of ${name}`} />}
    </Answer>
  );
}
