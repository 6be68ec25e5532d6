'use client';
import { BrokenPart } from '../components/shell/broken-part';

/** A page that failed: says so inside the shell, and comes back with the agent. */
export default function PageError({ error, reset }: { error: Error; reset: () => void }) {
  return (
    <div className="h-full overflow-auto px-4">
      <BrokenPart error={error} retry={reset} />
    </div>
  );
}
