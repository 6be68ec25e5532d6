import type { ContainerView } from '@boxyard/api';
import { allowed, ROW_ACTIONS, type RowAction, VERBS } from '../../../lib/actions';
import { type Command, useCommands } from '../../../lib/commands';
import { CONTAINER_TABS, type ContainerTab } from '../../../lib/containers/links';
import { useKeys } from '../../../lib/keys';
import { usePerform } from '../container-actions';
import { copy, openLogs } from '../menu-items';

interface ContainerKeysOptions {
  container: ContainerView;
  show: (tab: ContainerTab) => void;
  rename: () => void;
}

const KEYS: Partial<Record<RowAction, string>> = { start: 's', stop: 's', restart: 'r', remove: 'd' };

/** What a page of one box adds to the keys and to ⌘K. The letters are those of a row in the list. */
export function useContainerKeys({ container, show, rename }: ContainerKeysOptions): void {
  const perform = usePerform();
  const run = (action: RowAction) => {
    if (allowed(action, container)) perform(action, [container]);
  };
  useKeys(
    {
      s: { label: 'Stop or start', run: () => run(allowed('stop', container) ? 'stop' : 'start') },
      r: { label: 'Restart', run: () => run('restart') },
      d: { label: 'Remove (asks)', run: () => run('remove') },
      l: { label: 'Logs', run: () => show('logs') },
      t: { label: 'Terminal', run: () => show('terminal') },
      e: { label: 'Logs in the dock', run: () => openLogs(container) },
    },
    { group: 'Box' },
  );
  const { id, name } = container;
  const command = (id: string, label: string, run: () => void, keys?: string): Command => ({
    id: `box.${id}`,
    label,
    group: name,
    run,
    ...(keys ? { keys } : {}),
  });
  useCommands([
    ...ROW_ACTIONS.filter((action) => allowed(action, container)).map((action) =>
      command(action, `${VERBS[action].label} ${name}`, () => perform(action, [container]), KEYS[action]),
    ),
    command('rename', `Rename ${name}…`, rename),
    command('copy-id', `Copy the ID of ${name}`, () => void copy(id)),
    ...CONTAINER_TABS.map((tab) => command(`tab.${tab}`, `Go to ${tab} of ${name}`, () => show(tab))),
  ]);
}
