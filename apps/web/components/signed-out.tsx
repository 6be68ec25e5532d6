'use client';
import { BoxError } from '@boxyard/spec';
import { useState } from 'react';
import { reconnect } from '../lib/connection';
import { sessionSecret } from '../lib/session';
import { SignIn } from './sign-in/sign-in';

/** In place of a page while nobody is signed in; the page comes back after. */
export function SignedOut() {
  const [had] = useState(() => sessionSecret() !== null);
  return <SignIn failure={had ? ENDED : null} onSignedIn={reconnect} />;
}

const ENDED = new BoxError('UNAUTHENTICATED', 'the session of this browser has ended', {
  hint: 'it was signed out elsewhere, the password was changed, or it was not used for 7 days',
});
