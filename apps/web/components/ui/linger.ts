import { useState } from 'react';

/** True from the first time something was open: what floats stays in the tree to close with a transition, but costs nothing before. */
export function useLinger(open: boolean): boolean {
  const [opened, setOpened] = useState(open);
  if (open && !opened) setOpened(true);
  return opened;
}
