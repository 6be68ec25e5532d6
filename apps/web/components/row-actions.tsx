import type { ContainerView } from '@boxyard/api';
import { useState } from 'react';
import { act, allowed, ROW_ACTIONS, type RowAction } from '../lib/actions';
import { Button } from './ui/button';

const LABELS: Record<RowAction, string> = {
  start: 'Start',
  stop: 'Stop',
  restart: 'Restart',
  kill: 'Kill',
  remove: 'Remove',
};

/** The actions `can()` allows now. The pressed one is busy until the agent answered. */
export function RowActions({ container }: { container: ContainerView }) {
  const [busy, setBusy] = useState<RowAction | null>(null);
  const press = async (action: RowAction) => {
    setBusy(action);
    await act(action, container);
    setBusy(null);
  };
  return (
    <span className="flex flex-wrap gap-1.5">
      {ROW_ACTIONS.filter((action) => allowed(action, container)).map((action) => (
        <Button
          key={action}
          variant={action === 'remove' ? 'danger' : 'plain'}
          disabled={busy !== null}
          aria-label={`${LABELS[action]} ${container.name}`}
          onClick={() => void press(action)}
        >
          {LABELS[action]}
        </Button>
      ))}
    </span>
  );
}
