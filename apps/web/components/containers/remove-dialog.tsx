'use client';
import type { ContainerView } from '@boxyard/api';
import { isAlive } from '@boxyard/spec';
import { ConfirmDialog } from '../ui/confirm-dialog';

/** Names that are listed; the rest is a number. */
const NAMES_LISTED = 12;

interface RemoveDialogProps {
  containers: readonly ContainerView[];
  close: () => void;
  confirm: () => void;
}

/** Says what is lost, by name. */
export default function RemoveDialog({ containers, close, confirm }: RemoveDialogProps) {
  const [first] = containers;
  const one = containers.length === 1 && first;
  const running = containers.filter(({ state }) => isAlive(state)).length;
  const what = one ? first.name : `${containers.length} boxes`;
  return (
    <ConfirmDialog
      open
      onOpenChange={(open) => open || close()}
      title={`Remove ${what}?`}
      action={`Remove ${what}`}
      danger
      onConfirm={confirm}
    >
      <p>
        {running > 0 &&
          (one ? 'It is running and will be killed. ' : `${running} of them run and will be killed. `)}
        {one ? 'Its files and its log' : 'Their files and logs'} go with {one ? 'it' : 'them'}; images and
        mounted folders stay. This cannot be undone.
      </p>
      {!one && (
        <ul className="mt-2 list-disc pl-5 text-ink">
          {containers.slice(0, NAMES_LISTED).map(({ id, name }) => (
            <li key={id} className="truncate">
              <bdi>{name}</bdi>
            </li>
          ))}
          {containers.length > NAMES_LISTED && <li>and {containers.length - NAMES_LISTED} more</li>}
        </ul>
      )}
    </ConfirmDialog>
  );
}
