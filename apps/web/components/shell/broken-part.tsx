'use client';
import { BoxError } from '@boxyard/spec';
import { Component, type ReactNode, useEffect } from 'react';
import { useConnection } from '../../lib/connection';
import { ErrorState } from '../ui/error-state';

interface BrokenPartProps {
  error: Error;
  retry: () => void;
}

/** Instead of what failed to load or to show: why, and what to do. What only could not be loaded comes by itself when the agent is back. */
export function BrokenPart({ error, retry }: BrokenPartProps) {
  const connected = useConnection().status === 'open';
  const unloaded = isUnloaded(error);
  useEffect(() => {
    // The module system keeps a load that failed; only the page anew asks again. What it shows is in its address.
    if (!unloaded || !connected) return;
    return whenAgentAnswers(reloadOnce);
  }, [unloaded, connected]);
  if (unloaded) {
    return (
      <ErrorState
        error={
          new BoxError(
            'UNAVAILABLE',
            'this part of the page could not be loaded: the agent does not answer',
            {
              hint: 'It comes by itself when the agent is back. Boxes go on.',
            },
          )
        }
        retry={() => location.reload()}
      />
    );
  }
  return (
    <ErrorState
      error={
        new BoxError('INTERNAL', `this part of the page failed: ${error.message}`, {
          hint: 'That is a mistake in the dashboard; your boxes go on. Copy the error for a report.',
        })
      }
      retry={retry}
    />
  );
}

const ASK_MS = 500;

/** A connection that just broke may count as open still: a page loaded anew then would be the browser's own error. Returns what calls it off. */
function whenAgentAnswers(then: () => void): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let over = false;
  const ask = () =>
    fetch('/healthz', { cache: 'no-store' })
      .then(({ ok }) => ok)
      .catch(() => false)
      .then((answers) => {
        if (over) return;
        if (answers) then();
        else timer = setTimeout(ask, ASK_MS);
      });
  void ask();
  return () => {
    over = true;
    clearTimeout(timer);
  };
}

const RELOADED_KEY = 'boxyard.reloaded';
/** A part that is missing for good must not load the page again and again. */
const RELOAD_PAUSE_MS = 30_000;

function reloadOnce(): void {
  const last = Number(sessionStorage.getItem(RELOADED_KEY) ?? 0);
  if (Date.now() - last < RELOAD_PAUSE_MS) return;
  sessionStorage.setItem(RELOADED_KEY, String(Date.now()));
  location.reload();
}

/** Scripts of a part that never arrived. */
function isUnloaded({ name, message }: Error): boolean {
  return name === 'ChunkLoadError' || /loading chunk|load chunk|dynamically imported module/i.test(message);
}

interface PartBoundaryProps {
  /** Another part: what failed before is forgotten. */
  part: string;
  children: ReactNode;
}

/** Keeps a failure to the part of the page it happened in. */
export class PartBoundary extends Component<PartBoundaryProps, { error: Error | null; part: string }> {
  override state = { error: null as Error | null, part: this.props.part };

  static getDerivedStateFromError(error: Error) {
    return { error };
  }

  static getDerivedStateFromProps({ part }: PartBoundaryProps, state: { part: string }) {
    return state.part === part ? null : { part, error: null };
  }

  override render() {
    const { error } = this.state;
    return error ? (
      <BrokenPart error={error} retry={() => this.setState({ error: null })} />
    ) : (
      this.props.children
    );
  }
}
