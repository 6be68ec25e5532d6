import { Code } from './ui/code';
import { EmptyState } from './ui/empty-state';

export function SignedOut({ why = 'This browser is not signed in.' }: { why?: string }) {
  return (
    <EmptyState title="Sign in">
      <p className="mb-3">{why} Make a one-time link on the host and open it here:</p>
      <Code copy>box ui</Code>
    </EmptyState>
  );
}
