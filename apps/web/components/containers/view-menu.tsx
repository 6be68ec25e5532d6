'use client';
import { chooseDensity, useDensity } from '../../lib/appearance';
import { COLUMNS, type ColumnId, DEFAULT_COLUMNS } from '../../lib/containers/columns';
import { changePreferences, usePreferences } from '../../lib/containers/preferences';
import { Button } from '../ui/button';
import { Checkbox } from '../ui/checkbox';
import { IconButton } from '../ui/icon-button';
import { SettingsIcon } from '../ui/icons';
import { Popover } from '../ui/popover';
import { Switch } from '../ui/switch';

/** Which columns there are and how dense the rows; this browser remembers. */
export function ViewMenu() {
  const { columns } = usePreferences();
  const density = useDensity();
  const show = (id: ColumnId, on: boolean) =>
    changePreferences({ columns: on ? [...columns, id] : columns.filter((other) => other !== id) });
  return (
    <Popover
      label="Columns and density"
      trigger={
        <IconButton label="Columns and density">
          <SettingsIcon />
        </IconButton>
      }
    >
      <div className="flex w-52 flex-col gap-2">
        <p className="text-quiet text-xs">Columns that do not fit wait for a wider window.</p>
        <ul className="flex flex-col gap-1">
          {COLUMNS.map(({ id, label, always }) => (
            <li key={id}>
              <Checkbox
                label={label}
                checked={always || columns.includes(id)}
                disabled={always}
                onChange={(on) => show(id, on)}
              />
            </li>
          ))}
        </ul>
        <Switch
          label="Compact rows"
          checked={density === 'compact'}
          onChange={(compact) => chooseDensity(compact ? 'compact' : 'comfortable')}
        />
        <Button size="small" variant="ghost" onClick={() => changePreferences({ columns: DEFAULT_COLUMNS })}>
          Standard columns
        </Button>
      </div>
    </Popover>
  );
}
