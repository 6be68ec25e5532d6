import type { BoxError } from '@boxyard/spec';
import { Button } from './button';
import { CopyButton } from './copy-button';
import { WarningIcon } from './icons';
import { ScrollBox } from './scroll-box';

interface ErrorStateProps {
  error: BoxError;
  retry?: (() => void) | undefined;
  /** Inside a form or a card, where there is no room around it. */
  compact?: boolean | undefined;
}

/** What went wrong and why, what to do, and all of it to copy for whoever is asked for help. */
export function ErrorState({ error, retry, compact = false }: ErrorStateProps) {
  return (
    <section
      role="alert"
      className={`flex min-w-0 gap-2.5 rounded-box border border-line bg-bad-soft p-3 ${compact ? '' : 'mx-auto my-8 w-full max-w-xl'}`}
    >
      <WarningIcon className="mt-0.5 shrink-0 text-bad" />
      <div className="min-w-0 flex-1">
        <ScrollBox label="Message" className="max-h-40 overflow-y-auto">
          <p className="break-words font-medium first-letter:uppercase">{error.message}</p>
        </ScrollBox>
        {error.hint && <p className="mt-0.5 break-words text-quiet first-letter:uppercase">{error.hint}</p>}
        <div className="mt-2 flex flex-wrap items-center gap-2">
          {retry && (
            <Button size="small" onClick={retry}>
              Try again
            </Button>
          )}
          <span className="ml-auto inline-flex items-center gap-1 font-mono text-label text-quiet">
            {error.code}
            <CopyButton text={JSON.stringify(error, null, 2)} label="Copy the error" size="small" />
          </span>
        </div>
      </div>
    </section>
  );
}
