'use client';
import type { BoxError } from '@boxyard/spec';
import { useEffect, useState } from 'react';
import { passwordIsSet } from '../../lib/session';
import { Code } from '../ui/code';
import { ErrorState } from '../ui/error-state';
import { WarningIcon } from '../ui/icons';
import { PasswordForm } from './password-form';

const LOOPBACK = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/;

interface SignInProps {
  /** What happened before: a link that is used up, a session that ended. */
  failure?: BoxError | null;
  onSignedIn: () => void;
}

/** The ways in: the password where one is set, a one-time link from the host always. */
export function SignIn({ failure = null, onSignedIn }: SignInProps) {
  const [passwordSet, setPasswordSet] = useState<boolean | null>(null);
  const [tried, setTried] = useState(false);
  useEffect(() => {
    // Without an answer there is still the link; the form comes when the agent does.
    passwordIsSet().then(setPasswordSet, () => undefined);
  }, []);
  return (
    <section className="mx-auto flex w-full max-w-sm flex-col gap-5 px-4 pt-[10vh] pb-10">
      <div>
        <h1 className="font-semibold text-title">Sign in</h1>
        <p className="mt-1 text-quiet">
          {passwordSet
            ? 'With the password, or by a one-time link.'
            : 'This browser is not signed in. Make a one-time link on the host and open it here.'}
        </p>
      </div>
      {failure && !tried && <ErrorState error={failure} compact />}
      {location.protocol === 'http:' && !LOOPBACK.test(location.hostname) && (
        <p className="flex gap-2 rounded-box border border-line bg-busy-soft p-3">
          <WarningIcon className="mt-0.5 shrink-0 text-busy" />
          This connection is not encrypted: others on the network can read what you type. Use https, or a
          tunnel.
        </p>
      )}
      {passwordSet && <PasswordForm onTry={() => setTried(true)} onSignedIn={onSignedIn} />}
      <div className="flex flex-col gap-1.5">
        {passwordSet && <h2 className="font-medium">By a one-time link</h2>}
        <p className="text-quiet">As root on the host, or as a member of the group boxyard:</p>
        <Code copy>box ui</Code>
        <p className="text-quiet text-xs">A link works once, within 5 minutes.</p>
      </div>
    </section>
  );
}
