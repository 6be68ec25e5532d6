import { lazy, Suspense, useEffect, useState } from 'react';

import { loadFloating } from './floating';

const ToastList = lazy(() => import('./toast-list'));

/**
 * Where toasts appear, once in the app. Loaded when the page stands: no page opens with a toast, and loading it only for the first one
 * would be too late, as that one may say that the agent is gone. What is said before is shown then.
 */
export function Toasts() {
  const [standing, setStanding] = useState(false);
  useEffect(() => {
    setStanding(true);
    // Who asks for a menu is told when it cannot be had; nobody asked yet.
    loadFloating().catch(() => undefined);
  }, []);
  return <Suspense>{standing && <ToastList />}</Suspense>;
}
