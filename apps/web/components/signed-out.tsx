import { Code, Notice } from './notice';

export function SignedOut({ why = 'This browser is not signed in.' }: { why?: string }) {
  return (
    <Notice title="Sign in">
      <p>{why} Make a one-time link on the host and open it here:</p>
      <Code>box ui</Code>
    </Notice>
  );
}
