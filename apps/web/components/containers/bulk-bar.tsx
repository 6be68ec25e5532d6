import type { ContainerView } from '@boxyard/api';
import { allowed, ROW_ACTIONS, VERBS } from '../../lib/actions';
import { Button } from '../ui/button';
import type { Perform } from './container-actions';

interface BulkBarProps {
  selected: readonly ContainerView[];
  /** Ticked, but hidden by the filter: they are left alone. */
  hidden: number;
  perform: Perform;
  clear: () => void;
}

/** What can be done with all that are ticked. It floats, so that nothing moves when it comes. */
export function BulkBar({ selected, hidden, perform, clear }: BulkBarProps) {
  return (
    <section
      aria-label="Selected boxes"
      className="absolute inset-x-2 bottom-3 z-30 mx-auto flex w-fit max-w-[calc(100%-1rem)] flex-wrap items-center gap-2 rounded-box border border-rim bg-surface px-3 py-2 shadow-pop"
    >
      <p role="status" className="mr-1 font-medium">
        {selected.length} selected
        {hidden > 0 && <span className="ml-1 font-normal text-quiet">({hidden} more hidden)</span>}
      </p>
      {ROW_ACTIONS.map((action) => {
        const able = selected.filter((container) => allowed(action, container));
        return (
          <Button
            key={action}
            variant={action === 'remove' ? 'danger' : 'plain'}
            disabled={able.length === 0}
            onClick={() => perform(action, able)}
          >
            {VERBS[action].label}
            {able.length !== selected.length && able.length > 0 && ` ${able.length}`}
          </Button>
        );
      })}
      <Button variant="ghost" onClick={clear}>
        Clear
      </Button>
    </section>
  );
}
