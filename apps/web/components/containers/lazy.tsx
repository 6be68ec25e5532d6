import dynamic from 'next/dynamic';
import { Button } from '../ui/button';
import { ChevronDownIcon, MoreIcon, SettingsIcon } from '../ui/icons';

// Popups, menus and their positioning are a third of what the list would load before its first row. They come right after it; until then
// their buttons hold the place.

export const ROW_BUTTON =
  'inline-flex size-7 shrink-0 items-center justify-center rounded-box text-quiet hover:bg-track hover:text-ink data-popup-open:bg-track pointer-coarse:size-11';

/** Where the menu of a row will be. */
export function MenuPlace() {
  return (
    <span aria-hidden className={ROW_BUTTON}>
      <MoreIcon />
    </span>
  );
}

export const RowMenu = dynamic(() => import('./row-menu'), { ssr: false, loading: MenuPlace });

export const FacetPicker = dynamic(() => import('./facet-picker'), {
  ssr: false,
  loading: () => (
    <Button disabled>
      Filter <ChevronDownIcon />
    </Button>
  ),
});
export const ViewMenu = dynamic(() => import('./view-menu'), {
  ssr: false,
  loading: () => (
    <span aria-hidden className="inline-flex size-8 items-center justify-center text-quiet">
      <SettingsIcon />
    </span>
  ),
});
export const SortSelect = dynamic(() => import('./sort-select'), { ssr: false });
export const PeekPanel = dynamic(() => import('./peek-panel'), { ssr: false });
export const ContainerCards = dynamic(() => import('./container-cards'), { ssr: false });
export const NoBoxes = dynamic(() => import('./nothing').then(({ NoBoxes }) => NoBoxes), { ssr: false });
export const NothingFound = dynamic(() => import('./nothing').then(({ NothingFound }) => NothingFound), {
  ssr: false,
});
