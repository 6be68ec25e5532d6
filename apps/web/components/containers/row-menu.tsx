import type { ContainerView } from '@boxyard/api';
import { MoreIcon } from '../ui/icons';
import { Menu } from '../ui/menu';
import type { Perform } from './container-actions';
import { containerMenu } from './menu-items';

/** A button that is only a mark, in a row. */
export const ROW_BUTTON =
  'inline-flex size-7 shrink-0 items-center justify-center rounded-box text-quiet hover:bg-track hover:text-ink data-popup-open:bg-track pointer-coarse:size-11';

interface RowMenuProps {
  container: ContainerView;
  perform: Perform;
  tabIndex?: number;
}

/** Everything one can do with the box of a row or a card. */
export function RowMenu({ container, perform, tabIndex = 0 }: RowMenuProps) {
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
