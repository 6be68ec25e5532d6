import { BoxError } from '@boxyard/spec';
import { useEffect, useState } from 'react';
import { toastError } from '../../lib/toasts';

type Floating = typeof import('./floating-parts');

let loaded: Floating | undefined;

/**
 * Loads the code of dialogs, sheets, menus and popovers. No page opens with one, so it is no part of the first load; but it is fetched
 * as soon as the page stands, because who is told that the agent is gone must still be able to open a menu.
 */
export async function loadFloating(): Promise<Floating> {
  loaded ??= await import('./floating-parts');
  return loaded;
}

/** That code once something wants to open and it is there. */
export function useFloating(wanted: boolean): Floating | undefined {
  const [, setLoaded] = useState(loaded);
  useEffect(() => {
    if (!wanted || loaded) return;
    loadFloating().then(setLoaded, (cause) =>
      toastError(
        new BoxError('UNAVAILABLE', 'this part of the dashboard could not be loaded', {
          hint: 'reload the page when the agent answers',
          cause,
        }),
      ),
    );
  }, [wanted]);
  return wanted ? loaded : undefined;
}
