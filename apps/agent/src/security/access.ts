import type { AccessService, Principal } from '@boxyard/api';
import { BoxError } from '@boxyard/spec';
import type { Password } from './password.ts';
import type { PasswordGuard } from './password-guard.ts';
import type { Sessions } from './sessions.ts';

/** What the front door knows of itself. */
export interface Listening {
  host: string;
  port: number;
  loopback: boolean;
  /** Names it answers to, as `host[:port]`. */
  hosts: string[];
}

export interface AccessParts {
  sessions: Sessions;
  password: Password;
  guard: PasswordGuard;
  /** Null when the dashboard is not served. */
  listening(): Listening | null;
}

/** Sessions and the password as one caller may see and change them: a browser is its session, whoever has the unix socket is root. */
export function accessFor(parts: AccessParts, principal: Principal | null): AccessService {
  const { sessions, password, guard } = parts;
  const own = principal?.kind === 'session' ? principal.name : null;
  const prove = async (current: string | undefined) => {
    if (own === null || !password.isSet) return;
    if (current === undefined) {
      throw new BoxError('INVALID_ARGUMENT', 'the current password is missing', {
        hint: 'enter it, or run "box user passwd" on the host',
      });
    }
    await guard.check(current);
  };
  return {
    status() {
      const listening = parts.listening();
      return {
        passwordSet: password.isSet,
        listen: listening && { host: listening.host, port: listening.port },
        loopback: listening?.loopback ?? true,
        hosts: listening?.hosts ?? [],
      };
    },
    sessions: () => sessions.list().map((session) => ({ ...session, current: session.id === own })),
    revoke(session) {
      if (sessions.revoke(session)) return;
      throw new BoxError('NOT_FOUND', 'there is no such session', { hint: '"box user sessions" lists them' });
    },
    revokeOthers: () => sessions.revokeAllBut(own),
    async setPassword(next, current) {
      await prove(current);
      await password.set(next);
      sessions.revokeAllBut(own);
    },
    async removePassword(current) {
      if (parts.listening()?.loopback === false) {
        throw new BoxError(
          'WRONG_STATE',
          'the dashboard listens beyond this host, never without a password',
          {
            hint: 'set BOXYARD_LISTEN=127.0.0.1:7420, restart the agent, and remove it then',
          },
        );
      }
      await prove(current);
      password.remove();
    },
  };
}
