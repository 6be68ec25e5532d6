import { BoxError } from '@boxyard/spec';
import { type ComponentType, useEffect, useLayoutEffect, useState } from 'react';
import { toastError } from '../../lib/toasts';
import { type Overlay, openOverlay, useOverlay } from './overlays';

type Shown = Exclude<Overlay, null>;
type Part = ComponentType<{ open: boolean; close: () => void }>;

const LOADERS: Record<Shown, () => Promise<{ default: Part }>> = {
  palette: () => import('./palette'),
  help: () => import('./key-help'),
  more: () => import('./more-sheet'),
  tasks: () => import('../tasks/tasks-sheet'),
};

/** Loads what lies over the page: the palette as soon as the browser has nothing else to do, the others when they are wanted. */
export function OverlayHost() {
  const overlay = useOverlay();
  const [parts, setParts] = useState<Partial<Record<Shown, Part>>>({});
  const load = (which: Shown) =>
    LOADERS[which]().then(
      ({ default: part }) => setParts((known) => ({ ...known, [which]: part })),
      () => {
        openOverlay(null);
        toastError(
          new BoxError('UNAVAILABLE', 'this part of the dashboard could not be loaded', {
            hint: 'reload the page when the agent answers',
          }),
        );
      },
    );
  // biome-ignore lint/correctness/useExhaustiveDependencies: `load` is the same in all renderings
  useEffect(() => {
    // Safari has no requestIdleCallback.
    if ('requestIdleCallback' in window) requestIdleCallback(() => void load('palette'));
    else setTimeout(() => void load('palette'), 1_000);
  }, []);
  // biome-ignore lint/correctness/useExhaustiveDependencies: only when another is wanted
  useEffect(() => {
    if (overlay && !parts[overlay]) void load(overlay);
  }, [overlay]);
  const loading = overlay !== null && !parts[overlay];
  useLayoutEffect(() => {
    if (!loading) return;
    // What is typed ahead is meant for what is about to open: the page's single-letter keys must not have it.
    const swallow = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey) return;
      if (event.key === 'Escape') openOverlay(null);
      event.stopPropagation();
      event.preventDefault();
    };
    window.addEventListener('keydown', swallow, { capture: true });
    return () => window.removeEventListener('keydown', swallow, { capture: true });
  }, [loading]);
  return (Object.keys(LOADERS) as Shown[]).map((which) => {
    const Part = parts[which];
    return Part && <Part key={which} open={overlay === which} close={() => openOverlay(null)} />;
  });
}
