'use client';
import { BoxError } from '@boxyard/spec';
import { useEffect } from 'react';
import { ErrorState } from '../components/ui/error-state';
import { useConnection } from '../lib/connection';

/** A page that failed: says so inside the shell, and is tried again when the agent is back. */
export default function PageError({ error, reset: retry }: { error: Error; reset: () => void }) {
  const { status } = useConnection();
  const unreachable = status !== 'open';
  // biome-ignore lint/correctness/useExhaustiveDependencies: only the connection's return is a reason to try again
  useEffect(() => {
    if (error.name === 'ChunkLoadError' && !unreachable) retry();
  }, [unreachable]);
  return (
    <div className="h-full overflow-auto px-4">
      <ErrorState
        error={
          new BoxError('UNAVAILABLE', 'this page could not be shown', {
            hint: unreachable
              ? 'the agent does not answer; the page comes back with it'
              : 'try again, or reload the page',
            cause: error,
            details: { cause: error.message },
          })
        }
        retry={retry}
      />
    </div>
  );
}
