import { lazy, Suspense, useEffect, useState } from 'react';

const ToastList = lazy(() => import('./toast-list'));

/**
 * Where toasts appear, once in the app. Loaded when the page stands: no page opens with a toast, and loading it only for the first one
 * would be too late, as that one may say that the agent is gone. What is said before is shown then.
 */
export function Toasts() {
  const [standing, setStanding] = useState(false);
  useEffect(() => setStanding(true), []);
  return <Suspense>{standing && <ToastList />}</Suspense>;
}
