'use client';
import type { BoxError } from '@boxyard/spec';
import dynamic from 'next/dynamic';
import { useRouter } from 'next/navigation';
import { useCallback, useEffect, useRef, useState } from 'react';
import { boxErrorOf } from '../../lib/api';
import { reconnect } from '../../lib/connection';
import { sessionSecret, signIn } from '../../lib/session';

const SignIn = dynamic(() => import('../../components/sign-in/sign-in').then((module) => module.SignIn));

/** Turns the token in the URL's fragment (never sent to any server by itself) into a session, once; else offers the ways in. */
export default function SignInPage() {
  const router = useRouter();
  const started = useRef(false);
  const [state, setState] = useState<'busy' | 'ask'>('busy');
  const [failure, setFailure] = useState<BoxError | null>(null);
  const enter = useCallback(() => {
    reconnect();
    router.replace('/');
  }, [router]);
  useEffect(() => {
    document.title = 'Sign in · Boxyard';
    if (started.current) return;
    started.current = true;
    const token = new URLSearchParams(location.hash.slice(1)).get('token');
    history.replaceState(null, '', location.pathname);
    if (token) {
      signIn(token).then(enter, (error) => {
        setFailure(boxErrorOf(error));
        setState('ask');
      });
    } else if (sessionSecret()) enter();
    else setState('ask');
  }, [enter]);
  if (state === 'ask') return <SignIn failure={failure} onSignedIn={enter} />;
  return <p className="p-8 text-center text-quiet">Signing in…</p>;
}
