import type { BoxError } from '@boxyard/spec';
import type { ReactNode } from 'react';
import { ErrorState } from '../../ui/error-state';
import { Skeleton } from '../../ui/skeleton';

interface AnswerProps<T> {
  query: { data: T | undefined; error: BoxError | null; refetch: () => unknown };
  children: (data: T) => ReactNode;
  /** Lines of room that the answer will take. */
  lines?: number;
}

/** What the agent answered; what it answered before while it does not; words when there is nothing to show. */
export function Answer<T>({ query: { data, error, refetch }, children, lines = 4 }: AnswerProps<T>) {
  if (data !== undefined) return children(data);
  if (error) return <ErrorState error={error} retry={() => void refetch()} compact />;
  return (
    <div aria-busy className="flex flex-col gap-2">
      {Array.from({ length: lines }, (_, line) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: lines that are all the same
        <Skeleton key={line} />
      ))}
    </div>
  );
}
