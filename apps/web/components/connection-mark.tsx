import type { ConnectionState } from '@boxyard/api/client';

/** The stream's state in words; polite to screen readers. */
export function ConnectionMark({ state }: { state: ConnectionState }) {
  const [shape, words, tone] = describe(state);
  return (
    <span
      role="status"
      className={`flex items-center gap-1.5 ${tone}`}
      title={state.status === 'lost' ? state.reason.message : undefined}
    >
      <span aria-hidden>{shape}</span>
      <span>{words}</span>
    </span>
  );
}

function describe(state: ConnectionState): [shape: string, words: string, tone: string] {
  switch (state.status) {
    case 'open':
      return ['●', 'live', 'text-good'];
    case 'connecting':
      return ['◐', 'connecting…', 'text-quiet'];
    case 'lost':
      return ['◐', 'agent gone, reconnecting…', 'text-busy'];
    case 'closed':
      return ['○', state.reason?.code === 'UNAUTHENTICATED' ? 'signed out' : 'disconnected', 'text-bad'];
  }
}
