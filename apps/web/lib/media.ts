import { useCallback, useSyncExternalStore } from 'react';

/** Whether a media query holds, live; false in the static export. */
export function useMedia(query: string): boolean {
  const subscribe = useCallback(
    (listener: () => void) => {
      const media = matchMedia(query);
      media.addEventListener('change', listener);
      return () => media.removeEventListener('change', listener);
    },
    [query],
  );
  return useSyncExternalStore(
    subscribe,
    () => matchMedia(query).matches,
    () => false,
  );
}

/** Fingers press here: targets are 44 px. */
export const COARSE_POINTER = '(pointer: coarse)';
/** Rows become cards. */
export const NARROW = '(max-width: 639.98px)';
