import type { ContainerView } from '@boxyard/api';
import { isAlive } from '@boxyard/spec';
import { allowed, type RowAction, VERBS } from '../../lib/actions';
import { copyText } from '../../lib/clipboard';
import { containerHref } from '../../lib/containers/links';
import { openInDock } from '../../lib/dock';
import { toast } from '../../lib/toasts';
import type { MenuItem } from '../ui/menu';
import type { Perform } from './container-actions';

const SHORTCUTS: Partial<Record<RowAction, string>> = { start: 's', stop: 's', restart: 'r', remove: 'd' };

/** Everything one can do with a box: the row's menu, the card's and the page's. Actions come first, the one that hurts last. */
export function containerMenu(container: ContainerView, perform: Perform): (MenuItem | 'separator')[] {
  const { id, name, state } = container;
  const actions = (['start', 'stop', 'restart', 'kill'] as const)
    .filter((action) => allowed(action, container))
    .map((action) => ({
      label: VERBS[action].label,
      shortcut: SHORTCUTS[action],
      onSelect: () => perform(action, [container]),
    }));
  return [
    ...actions,
    ...(actions.length > 0 ? (['separator'] as const) : []),
    { label: 'Logs', href: containerHref(id, 'logs'), shortcut: 'l' },
    { label: 'Logs in the dock', onSelect: () => openLogs(container) },
    { label: 'Terminal', href: containerHref(id, 'terminal'), shortcut: 't', disabled: !isAlive(state) },
    { label: 'Statistics', href: containerHref(id, 'stats') },
    'separator',
    { label: 'Make another like it', href: `/containers/new/?from=${id}` },
    { label: 'Copy name', onSelect: () => void copy(name) },
    { label: 'Copy ID', onSelect: () => void copy(id) },
    'separator',
    {
      label: 'Remove…',
      shortcut: SHORTCUTS.remove,
      danger: true,
      disabled: !allowed('remove', container),
      onSelect: () => perform('remove', [container]),
    },
  ];
}

export function openLogs({ id, name }: ContainerView): void {
  openInDock({ kind: 'logs', container: { id, name }, title: name });
}

export async function copy(text: string): Promise<void> {
  if (await copyText(text)) toast({ title: 'Copied', tone: 'good' });
  else toast({ title: 'The browser refused to copy', tone: 'bad' });
}
