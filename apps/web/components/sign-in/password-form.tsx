import type { BoxError } from '@boxyard/spec';
import { type FormEvent, useEffect, useState } from 'react';
import { boxErrorOf } from '../../lib/api';
import { signInWithPassword } from '../../lib/session';
import { Button } from '../ui/button';
import { Field } from '../ui/field';
import { Input } from '../ui/input';

const SECOND_MS = 1_000;

/** Asks for the password; says what is wrong with it, and counts the seconds after too many attempts. */
export function PasswordForm({ onTry, onSignedIn }: { onTry: () => void; onSignedIn: () => void }) {
  const [password, setPassword] = useState('');
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<BoxError | null>(null);
  const [wait, setWait] = useCountdown();
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (busy || wait > 0 || password === '') return;
    onTry();
    setBusy(true);
    setError(null);
    try {
      await signInWithPassword(password);
      onSignedIn();
    } catch (cause) {
      const failure = boxErrorOf(cause);
      const seconds = failure.details?.retryAfterSeconds;
      if (typeof seconds === 'number') setWait(seconds);
      else setPassword('');
      setError(failure);
    } finally {
      setBusy(false);
    }
  };
  return (
    <form onSubmit={(event) => void submit(event)} className="flex flex-col gap-3">
      {/* For password managers, which file a password under a name. */}
      <input type="text" name="username" autoComplete="username" value="boxyard" readOnly hidden />
      <Field label="Password" error={describe(error, wait)}>
        <Input
          type="password"
          name="password"
          autoComplete="current-password"
          autoFocus
          maxLength={1024}
          value={password}
          onChange={(event) => setPassword(event.currentTarget.value)}
        />
      </Field>
      <Button type="submit" variant="primary" busy={busy} disabled={wait > 0}>
        {wait > 0 ? `Try again in ${wait} s` : 'Sign in'}
      </Button>
    </form>
  );
}

function describe(error: BoxError | null, wait: number): string | null {
  if (!error) return null;
  switch (error.code) {
    case 'PERMISSION_DENIED':
      return 'This is not the password.';
    case 'RESOURCE_EXHAUSTED':
      return wait > 0 ? `Too many attempts. Wait ${wait} s, or use a one-time link.` : null;
    case 'UNAVAILABLE':
      return 'The agent does not answer. Is it running on the host?';
    default:
      return `${error.message}${error.hint ? `: ${error.hint}` : ''}`;
  }
}

/** Seconds that are left, down to 0. */
function useCountdown(): [number, (seconds: number) => void] {
  const [left, setLeft] = useState(0);
  useEffect(() => {
    if (left === 0) return;
    const timer = setTimeout(() => setLeft(left - 1), SECOND_MS);
    return () => clearTimeout(timer);
  }, [left]);
  return [left, setLeft];
}
