import type { AppRouter } from '@boxyard/api';
import { BoxError } from '@boxyard/spec';
import { createTRPCClient, httpBatchLink, TRPCClientError } from '@trpc/client';
import { sessionHeaders } from './session';

export const api = createTRPCClient<AppRouter>({
  links: [httpBatchLink({ url: '/trpc', headers: () => sessionHeaders() })],
});

/** The BoxError behind whatever a call rejected with; a lost connection becomes UNAVAILABLE. */
export function boxErrorOf(error: unknown): BoxError {
  if (error instanceof TRPCClientError) {
    const box: unknown = error.data?.box;
    if (box) return BoxError.from(box);
    return new BoxError('UNAVAILABLE', 'the agent does not answer', { hint: 'start it with: npm run up' });
  }
  return BoxError.from(error);
}
