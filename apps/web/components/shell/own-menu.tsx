import { reconnect } from '../../lib/connection';
import { signOut } from '../../lib/session';
import { chooseTheme, THEMES, useTheme } from '../../lib/theme';
import { IconButton } from '../ui/icon-button';
import { CheckIcon, MonitorIcon, MoonIcon, MoreIcon, SunIcon } from '../ui/icons';
import { Menu } from '../ui/menu';
import { openOverlay } from './overlays';

const ICONS = { system: <MonitorIcon />, light: <SunIcon />, dark: <MoonIcon /> };

/** What belongs to the person, not to a page. */
export default function OwnMenu() {
  const theme = useTheme();
  return (
    <Menu
      trigger={
        <IconButton label="Theme, help, sign out">
          <MoreIcon />
        </IconButton>
      }
      items={[
        ...THEMES.map((choice) => ({
          label: `${choice[0]?.toUpperCase()}${choice.slice(1)} theme`,
          icon: choice === theme ? <CheckIcon /> : ICONS[choice],
          onSelect: () => chooseTheme(choice),
        })),
        'separator',
        { label: 'Keyboard', shortcut: '?', onSelect: () => openOverlay('help') },
        { label: 'Settings', shortcut: 'g s', href: '/settings/' },
        'separator',
        { label: 'Sign out', onSelect: () => void signOut().then(reconnect) },
      ]}
    />
  );
}
