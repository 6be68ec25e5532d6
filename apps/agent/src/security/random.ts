import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

/** 256 random bits, URL-safe. */
export function newSecret(): string {
  return randomBytes(32).toString('base64url');
}

/** What is kept of a secret: whoever reads our memory or file cannot sign in with it. (256 random bits need no salt.) */
export function fingerprint(secret: string): string {
  return createHash('sha256').update(secret).digest('base64url');
}

export function sameFingerprint(a: string, b: string): boolean {
  return a.length === b.length && timingSafeEqual(Buffer.from(a), Buffer.from(b));
}
