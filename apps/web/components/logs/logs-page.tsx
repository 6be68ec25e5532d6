'use client';
import dynamic from 'next/dynamic';
import { parseAsArrayOf, parseAsString, useQueryState } from 'nuqs';
import { useMemo } from 'react';
import { useYard } from '../../lib/connection';
import { Page } from '../shell/page';
import { Button } from '../ui/button';
import { EmptyState } from '../ui/empty-state';
import { LogViewer } from './log-viewer';

/** More at once are neither read nor told apart, and each is a stream. */
const MOST_BOXES = 12;
const BoxPicker = dynamic(() => import('./picker').then((module) => module.BoxPicker), {
  ssr: false,
  loading: () => <Button disabled>Choose boxes</Button>,
});

const NAMES = parseAsArrayOf(parseAsString).withDefault([]);

/** The logs of several boxes, merged by time: `?boxes=api,worker`. */
export function LogsPage() {
  const { containers } = useYard();
  const [names, setNames] = useQueryState('boxes', NAMES);
  const known = useMemo(
    () => [...(containers?.values() ?? [])].sort((a, b) => a.name.localeCompare(b.name)),
    [containers],
  );
  const wanted = names.join(',');
  const found = known.filter((container) => names.includes(container.name)).slice(0, MOST_BOXES);
  const key = found.map(({ id }) => id).join(',');
  // biome-ignore lint/correctness/useExhaustiveDependencies: the viewer begins anew only for other boxes
  const chosen = useMemo(() => found.map(({ id, name }) => ({ id, name })), [key, wanted]);
  const missing = containers ? names.filter((name) => !known.some((one) => one.name === name)) : [];
  const choose = (next: string[]) => void setNames(next.length > 0 ? next : null);
  const running = known.filter(({ state }) => state === 'running');
  return (
    <Page title="Logs" actions={<BoxPicker known={known} chosen={names} choose={choose} most={MOST_BOXES} />}>
      <div className="flex h-full min-h-0 flex-col">
        {missing.length > 0 && (
          <p role="status" className="break-words border-line border-t bg-busy-soft px-4 py-1.5 text-busy">
            No such box: {missing.join(', ')}
          </p>
        )}
        {chosen.length > 0 ? (
          <div className="min-h-0 flex-1 border-line border-t">
            <LogViewer containers={chosen} />
          </div>
        ) : (
          containers && (
            <EmptyState
              title={known.length === 0 ? 'No boxes yet' : 'Which logs?'}
              command={
                known.length === 0
                  ? 'box run -d busybox sh -c "while :; do date; sleep 1; done"'
                  : 'box logs -f NAME'
              }
              action={
                running.length > 0 && (
                  <Button
                    variant="primary"
                    onClick={() => choose(running.slice(0, MOST_BOXES).map(({ name }) => name))}
                  >
                    All running boxes
                  </Button>
                )
              }
            >
              {known.length === 0
                ? 'Logs appear here once a box runs.'
                : 'Choose one box or several: their lines are merged by time.'}
            </EmptyState>
          )
        )}
      </div>
    </Page>
  );
}
