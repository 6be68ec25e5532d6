import {
  BoxIcon,
  EventsIcon,
  ImageIcon,
  LogsIcon,
  OverviewIcon,
  SettingsIcon,
  TasksIcon,
  TerminalIcon,
  VolumeIcon,
} from '../ui/icons';

/** The pages of the rail, and the key that goes there after `g`. */
export const PLACES = [
  { href: '/', label: 'Overview', key: 'o', Icon: OverviewIcon },
  { href: '/containers/', label: 'Boxes', key: 'c', Icon: BoxIcon },
  { href: '/logs/', label: 'Logs', key: 'l', Icon: LogsIcon },
  { href: '/terminals/', label: 'Terminals', key: 't', Icon: TerminalIcon },
  { href: '/images/', label: 'Images', key: 'i', Icon: ImageIcon },
  { href: '/volumes/', label: 'Volumes', key: 'v', Icon: VolumeIcon },
  { href: '/events/', label: 'Events', key: 'e', Icon: EventsIcon },
  { href: '/tasks/', label: 'Tasks', key: 'k', Icon: TasksIcon },
  { href: '/settings/', label: 'Settings', key: 's', Icon: SettingsIcon },
] as const;

/** Whether a path is a place or below it. */
export function isAt(path: string, href: string): boolean {
  return href === '/' ? path === '/' : `${path}/`.startsWith(href);
}
