import type { AppRouter } from '@boxyard/api';
import { BoxError } from '@boxyard/spec';
import { createTRPCClient, httpBatchStreamLink, TRPCClientError } from '@trpc/client';
import { sessionHeaders } from './session';

/** Less than the agent answers in one request (32); further ones make another. */
export const CALLS_IN_ONE_REQUEST = 25;

/** Questions asked together travel together, and each answer comes when it is ready: no card waits for the slowest. */
export const api = createTRPCClient<AppRouter>({
  links: [
    httpBatchStreamLink({ url: '/trpc', headers: () => sessionHeaders(), maxItems: CALLS_IN_ONE_REQUEST }),
  ],
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
