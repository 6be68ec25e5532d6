/** 64 random hexadecimal digits: the client names an exec session, so that repeating the call starts nothing twice. */
export function newSessionId(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(32)), (byte) =>
    byte.toString(16).padStart(2, '0'),
  ).join('');
}
