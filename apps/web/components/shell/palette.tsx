import type { ContainerView } from '@boxyard/api';
import { useQuery } from '@tanstack/react-query';
import { useRouter } from 'next/navigation';
import { useMemo } from 'react';
import { act, allowed, type RowAction, VERBS } from '../../lib/actions';
import { useOfferedCommands } from '../../lib/commands';
import { useYard } from '../../lib/connection';
import { openInDock } from '../../lib/dock';
import { imageHref } from '../../lib/images/names';
import { shownKeys, useModName } from '../../lib/platform';
import { queries } from '../../lib/queries';
import { noteCommand, recentCommands } from '../../lib/recent';
import { chooseTheme, THEMES } from '../../lib/theme';
import { CommandPalette, type PaletteItem } from '../ui/command-palette';
import { BoxIcon, ImageIcon, LogsIcon, PlusIcon, TerminalIcon } from '../ui/icons';
import { openOverlay } from './overlays';
import { PLACES } from './places';

type Go = (href: string) => void;

/** Everything by name: pages, boxes and what can be done with them, images, the theme, and what the page offers. */
export default function Palette({ open, close }: { open: boolean; close: () => void }) {
  return (
    <CommandPalette
      open={open}
      onOpenChange={(next) => next || close()}
      items={useItems(open)}
      placeholder="Go to a page or a box, or do something…"
    />
  );
}

const NOTHING: PaletteItem[] = [];

function useItems(open: boolean): PaletteItem[] {
  const router = useRouter();
  const mod = useModName();
  const { containers } = useYard();
  const { data: images } = useQuery({ ...queries.images(), enabled: open });
  const offered = useOfferedCommands();
  return useMemo(() => {
    if (!open) return NOTHING;
    const go: Go = (href) => router.push(href);
    const boxes = [...(containers?.values() ?? [])].sort((a, b) => b.createdAt.localeCompare(a.createdAt));
    const items: PaletteItem[] = [
      ...offered.map(({ keys, words, ...command }) => ({
        ...command,
        ...(keys ? { keys: shownKeys(keys, mod) } : {}),
        ...(words ? { detail: words } : {}),
      })),
      ...PLACES.map(({ href, label, key, Icon }) => ({
        id: `page ${href}`,
        label,
        group: 'Pages',
        icon: <Icon />,
        keys: `g ${key}`,
        run: () => go(href),
      })),
      {
        id: 'new box',
        label: 'New box',
        group: 'Actions',
        icon: <PlusIcon />,
        keys: 'n',
        run: () => go('/containers/new/'),
      },
      ...boxes.map((box) => boxItem(box, go)),
      ...boxes.flatMap((box) => actionItems(box, go)),
      ...(images ?? []).map(({ id, tags }) => ({
        id: `image ${id}`,
        label: tags[0] ?? id.slice(0, 19),
        detail: tags[0] ? id.slice('sha256:'.length, 19) : undefined,
        group: 'Images',
        icon: <ImageIcon />,
        run: () => go(imageHref(id)),
      })),
      ...THEMES.map((theme) => ({
        id: `theme ${theme}`,
        label: `${theme[0]?.toUpperCase()}${theme.slice(1)} theme`,
        group: 'Appearance',
        run: () => chooseTheme(theme),
      })),
      {
        id: 'help',
        label: 'Keyboard shortcuts',
        group: 'Help',
        keys: '?',
        run: () => openOverlay('help'),
      },
    ];
    return recentFirst(items);
  }, [open, containers, images, offered, router, mod]);
}

function boxItem({ id, name, image }: ContainerView, go: Go): PaletteItem {
  return {
    id: `box ${id}`,
    label: name,
    detail: `${image} ${id.slice(0, 12)}`,
    group: 'Boxes',
    icon: <BoxIcon />,
    run: () => go(viewOf(id)),
  };
}

/** The others ask first: the box's page and the list do. */
const AT_ONCE: readonly RowAction[] = ['start', 'stop', 'restart'];

function actionItems(container: ContainerView, go: Go): PaletteItem[] {
  const { id, name } = container;
  const group = 'Actions';
  const box = { id, name };
  return [
    ...AT_ONCE.filter((action) => allowed(action, container)).map((action) => ({
      id: `${action} ${id}`,
      label: `${VERBS[action].label} ${name}`,
      group,
      run: () => void act(action, container),
    })),
    {
      id: `logs ${id}`,
      label: `Logs of ${name}`,
      group,
      icon: <LogsIcon />,
      run: () => go(viewOf(id, 'logs')),
    },
    {
      id: `terminal ${id}`,
      label: `Terminal of ${name}`,
      group,
      icon: <TerminalIcon />,
      run: () => go(viewOf(id, 'terminal')),
    },
    {
      id: `dock logs ${id}`,
      label: `Logs of ${name} in the dock`,
      group,
      icon: <LogsIcon />,
      run: () => openInDock({ kind: 'logs', container: box, title: name }),
    },
  ];
}

function viewOf(id: string, tab?: string): string {
  return `/containers/view/?id=${id}${tab ? `&tab=${tab}` : ''}`;
}

/** What was used last is above the rest, once. */
function recentFirst(items: PaletteItem[]): PaletteItem[] {
  const recent = recentCommands();
  const noted = items.map((item) => ({
    ...item,
    run: () => {
      noteCommand(item.id);
      item.run();
    },
  }));
  const used = recent.flatMap((id) => noted.find((item) => item.id === id) ?? []);
  const rest = noted.filter(({ id }) => !recent.includes(id));
  return [...used.map((item) => ({ ...item, group: 'Recent' })), ...rest];
}
