import { BoxError } from '@boxyard/spec';

/**
 * The half of a session that scripts of this origin hold; the other half is an HttpOnly cookie. Cookies ignore ports and boxes publish
 * on this host too, so neither half is worth anything alone.
 */
const SECRET_KEY = 'boxyard.session';
export const SESSION_HEADER = 'x-boxyard-session';

export function sessionSecret(): string | null {
  return localStorage.getItem(SECRET_KEY);
}

export function sessionHeaders(): Record<string, string> {
  const secret = sessionSecret();
  return secret ? { [SESSION_HEADER]: secret } : {};
}

export function forgetSession(): void {
  localStorage.removeItem(SECRET_KEY);
}

/** Turns the one-time token of a sign-in link into a session. Rejects with UNAUTHENTICATED when it is used up or too old. */
export async function signIn(token: string): Promise<void> {
  const { secret } = await post<{ secret: string }>('/session', { token });
  localStorage.setItem(SECRET_KEY, secret);
}

/** Signs in by password. Rejects with PERMISSION_DENIED (wrong) or RESOURCE_EXHAUSTED (`details.retryAfterSeconds`). */
export async function signInWithPassword(password: string): Promise<void> {
  const { secret } = await post<{ secret: string }>('/session', { password });
  localStorage.setItem(SECRET_KEY, secret);
}

/** Whether the agent has a password to sign in by. */
export async function passwordIsSet(): Promise<boolean> {
  const response = await fetch('/session').catch(() => null);
  if (!response?.ok) throw new BoxError('UNAVAILABLE', 'the agent does not answer');
  return ((await response.json()) as { passwordSet: boolean }).passwordSet;
}

/** A single-use ticket for the WebSocket. */
export async function streamTicket(): Promise<string> {
  if (!sessionSecret()) throw new BoxError('UNAUTHENTICATED', 'not signed in');
  const { ticket } = await post<{ ticket: string }>('/session/ticket', {});
  return ticket;
}

export async function signOut(): Promise<void> {
  await fetch('/session', { method: 'DELETE', headers: sessionHeaders() }).catch(() => undefined);
  forgetSession();
  // What this tab kept for a reload may hold secrets: the variables of a box that was being made.
  sessionStorage.clear();
}

async function post<T>(path: string, body: unknown): Promise<T> {
  const response = await fetch(path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...sessionHeaders() },
    body: JSON.stringify(body),
  }).catch(() => {
    throw new BoxError('UNAVAILABLE', 'the agent does not answer');
  });
  const answer: unknown = await response.json().catch(() => null);
  if (!response.ok)
    throw BoxError.from(answer ?? new BoxError('UNAVAILABLE', `the agent answered ${response.status}`));
  return answer as T;
}
