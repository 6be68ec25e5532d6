'use client';
import type { ContainerView } from '@boxyard/api';
import dynamic from 'next/dynamic';
import { createContext, type ReactNode, useCallback, useContext, useEffect, useState } from 'react';
import { act, actOnAll, type RowAction } from '../../lib/actions';
import { focusRowInHand } from './container-grid';

/** Loaded when somebody first asks for it. */
const RemoveDialog = dynamic(() => import('./remove-dialog'), { ssr: false });

/** Does it to one or several boxes; removing asks first. */
export type Perform = (action: RowAction, containers: readonly ContainerView[]) => void;

const ActionsContext = createContext<Perform>(() => undefined);

export function usePerform(): Perform {
  return useContext(ActionsContext);
}

/** Holds the one question that actions ask. `removed` is called when somebody said yes to it. */
export function ContainerActions({ children, removed }: { children: ReactNode; removed?: () => void }) {
  const [asked, setAsked] = useState<readonly ContainerView[] | null>(null);
  // The question gives the focus back to the row it was about, which may be gone by then.
  useEffect(() => {
    if (!asked) return;
    return () => {
      requestAnimationFrame(() => {
        if (document.activeElement === document.body) focusRowInHand(document);
      });
    };
  }, [asked]);
  const perform = useCallback<Perform>((action, containers) => {
    const [first] = containers;
    if (!first) return;
    if (action === 'remove') setAsked(containers);
    else void (containers.length === 1 ? act(action, first) : actOnAll(action, containers));
  }, []);
  return (
    <ActionsContext value={perform}>
      {children}
      {asked && (
        <RemoveDialog
          containers={asked}
          close={() => setAsked(null)}
          confirm={() => {
            const [first] = asked;
            if (asked.length === 1 && first) void act('remove', first);
            else void actOnAll('remove', asked);
            removed?.();
          }}
        />
      )}
    </ActionsContext>
  );
}
