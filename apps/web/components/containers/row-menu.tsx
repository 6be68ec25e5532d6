import type { ContainerView } from '@boxyard/api';
import { MoreIcon } from '../ui/icons';
import { Menu } from '../ui/menu';
import type { Perform } from './container-actions';
import { ROW_BUTTON } from './lazy';
import { containerMenu } from './menu-items';

interface RowMenuProps {
  container: ContainerView;
  perform: Perform;
  tabIndex?: number;
}

/** Everything one can do with the box of a row or a card. */
export default function RowMenu({ container, perform, tabIndex = 0 }: RowMenuProps) {
  return (
    <Menu
      trigger={
        <button
          type="button"
          tabIndex={tabIndex}
          aria-label={`More for ${container.name}`}
          className={ROW_BUTTON}
        >
          <MoreIcon />
        </button>
      }
      items={containerMenu(container, perform)}
    />
  );
}
