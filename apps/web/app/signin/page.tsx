'use client';
import { useRouter } from 'next/navigation';
import { useEffect, useRef, useState } from 'react';
import { SignedOut } from '../../components/signed-out';
import { boxErrorOf } from '../../lib/api';
import { reconnect } from '../../lib/connection';
import { signIn } from '../../lib/session';

/** Turns the token in the URL's fragment (never sent to any server by itself) into a session, once. */
export default function SignInPage() {
  const router = useRouter();
  const started = useRef(false);
  const [failure, setFailure] = useState<string | null>(null);
  useEffect(() => {
    if (started.current) return;
    started.current = true;
    const token = new URLSearchParams(location.hash.slice(1)).get('token');
    history.replaceState(null, '', location.pathname);
    if (!token) {
      setFailure('The link has no token in it.');
      return;
    }
    signIn(token).then(
      () => {
        reconnect();
        router.replace('/');
      },
      (error) => setFailure(`${boxErrorOf(error).message}.`),
    );
  }, [router]);
  return failure ? <SignedOut why={failure} /> : <p className="p-8 text-quiet">Signing in…</p>;
}
