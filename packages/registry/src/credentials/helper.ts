import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { BoxError } from '@boxyard/spec';
import type { RegistryCredential } from './credential.ts';

/** A password manager may ask somebody to touch a key or type a passphrase. */
const TIMEOUT_MS = 120_000;
/** Becomes part of a program's name. */
const NAME = /^[a-zA-Z0-9][a-zA-Z0-9._-]{0,63}$/;
/** What helpers say on stdout instead of an answer (docker-credential-helpers, credentials/error.go). */
const NOT_FOUND = 'credentials not found in native keychain';
/** The user name that stands for an identity token. */
const TOKEN_USER = '<token>';

/** A program `docker-credential-NAME` that keeps credentials: one verb as argument, stdin and stdout (docker-credential-helpers). */
export class CredentialHelper {
  readonly name: string;

  /** @throws BoxError INVALID_ARGUMENT */
  constructor(name: string) {
    if (!NAME.test(name)) {
      throw new BoxError('INVALID_ARGUMENT', `${JSON.stringify(name)} is no name of a credential helper`);
    }
    this.name = name;
  }

  async get(server: string, signal?: AbortSignal): Promise<RegistryCredential | undefined> {
    const answer = await this.#run('get', server, signal);
    if (answer === undefined) return undefined;
    const { Username: username, Secret: secret } = this.#parse(answer) as Record<string, unknown>;
    if (typeof username !== 'string' || typeof secret !== 'string' || secret === '') return undefined;
    return username === TOKEN_USER ? { identityToken: secret } : { username, password: secret };
  }

  async store(server: string, credential: RegistryCredential, signal?: AbortSignal): Promise<void> {
    const [Username, Secret] =
      'identityToken' in credential
        ? [TOKEN_USER, credential.identityToken]
        : [credential.username, credential.password];
    await this.#run('store', JSON.stringify({ ServerURL: server, Username, Secret }), signal);
  }

  async erase(server: string, signal?: AbortSignal): Promise<void> {
    await this.#run('erase', server, signal);
  }

  /** User names by server. */
  async list(signal?: AbortSignal): Promise<Record<string, string>> {
    const answer = await this.#run('list', '', signal);
    return answer === undefined ? {} : (this.#parse(answer) as Record<string, string>);
  }

  #parse(answer: string): object {
    try {
      const document: unknown = JSON.parse(answer);
      if (typeof document === 'object' && document !== null) return document;
    } catch {
      // Said below: what it printed may hold a secret.
    }
    throw this.#failed('answered with no JSON object');
  }

  /** Its stdout; undefined when it has nothing for the server. @throws BoxError UNAVAILABLE, CANCELLED */
  async #run(verb: string, input: string, signal: AbortSignal | undefined): Promise<string | undefined> {
    const program = `docker-credential-${this.name}`;
    const timeout = AbortSignal.timeout(TIMEOUT_MS);
    const child = spawn(program, [verb], {
      stdio: ['pipe', 'pipe', 'ignore'],
      signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
      killSignal: 'SIGKILL',
    });
    const ended = new Promise<number | null>((resolve, reject) => {
      child.once('error', reject);
      child.once('close', resolve);
    });
    child.stdin.on('error', () => undefined).end(input);
    try {
      const [code, output] = await Promise.all([ended, text(child.stdout)]);
      if (code === 0) return output;
      if (output.includes(NOT_FOUND)) return undefined;
      const said = output
        .replace(/[\p{C}\s]+/gu, ' ')
        .trim()
        .slice(0, 200);
      throw this.#failed(`ended with code ${code}${said ? `: ${said}` : ''}`);
    } catch (cause) {
      if (cause instanceof BoxError) throw cause;
      if (signal?.aborted) throw new BoxError('CANCELLED', 'cancelled', { cause });
      if (timeout.aborted) throw this.#failed('does not answer');
      const missing = (cause as NodeJS.ErrnoException).code === 'ENOENT';
      throw this.#failed(missing ? 'is not installed' : (cause as Error).message);
    }
  }

  #failed(what: string): BoxError {
    return new BoxError('UNAVAILABLE', `the credential helper docker-credential-${this.name} ${what}`, {
      hint: 'install or repair it, or take its name out of credsStore and credHelpers in config.json',
    });
  }
}
