import dynamic from 'next/dynamic';

// What the first look at a list of boxes does not need.

export const PeekPanel = dynamic(() => import('./peek-panel'), { ssr: false });
export const ContainerCards = dynamic(() => import('./container-cards'), { ssr: false });
export const SortSelect = dynamic(() => import('./sort-select'), { ssr: false });
export const NoBoxes = dynamic(() => import('./nothing').then(({ NoBoxes }) => NoBoxes), { ssr: false });
export const NothingFound = dynamic(() => import('./nothing').then(({ NothingFound }) => NothingFound), {
  ssr: false,
});
