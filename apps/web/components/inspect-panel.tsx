'use client';
import type { ContainerDetails, ContainerView } from '@boxyard/api';
import { useEffect, useState } from 'react';
import { api, boxErrorOf } from '../lib/api';

/** Everything the agent knows, and the plan its helper obeys. Asked for anew at each change of the box. */
export function InspectPanel({ container: { id, revision } }: { container: ContainerView }) {
  const [shown, setShown] = useState<
    { details: ContainerDetails; plan: string[] } | { failure: string } | null
  >(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the revision says that there is something new to ask for
  useEffect(() => {
    let gone = false;
    Promise.all([
      api.containers.inspect.query({ container: id }),
      api.containers.plan.query({ container: id }),
    ]).then(
      ([details, plan]) => gone || setShown({ details, plan }),
      (error) => gone || setShown({ failure: boxErrorOf(error).message }),
    );
    return () => {
      gone = true;
    };
  }, [id, revision]);
  if (!shown) return null;
  if ('failure' in shown) return <p className="p-4 text-bad">{shown.failure}</p>;
  return (
    <div className="h-full overflow-auto p-4">
      <h2 className="mb-2 font-medium">Plan: what the kernel is asked for, in order</h2>
      <Lines text={shown.plan.join('\n')} />
      <h2 className="mt-5 mb-2 font-medium">Configuration and state</h2>
      <Lines text={JSON.stringify(shown.details, null, 2)} />
    </div>
  );
}

function Lines({ text }: { text: string }) {
  return (
    <pre className="overflow-x-auto rounded-box border border-line bg-surface p-3 font-mono text-[12.5px] leading-5">
      {text}
    </pre>
  );
}
