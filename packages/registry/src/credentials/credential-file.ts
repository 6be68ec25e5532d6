import { homedir } from 'node:os';
import { join } from 'node:path';
import {
  type ConfigDocument,
  credentialOf,
  entryOf,
  hostOf,
  keyOf,
  readConfig,
  writeConfig,
} from './config-document.ts';
import type { RegistryCredential } from './credential.ts';
import { CredentialHelper } from './helper.ts';

/** How long a helper's answer counts, milliseconds. */
const HELPER_ANSWER_MS = 10_000;

export interface StoredCredential {
  host: string;
  /** Null for an identity token, and when its helper does not say. */
  username: string | null;
  /** In clear in the file, or by a helper program. */
  keptBy: 'file' | 'helper';
  /** Its name, as in `docker-credential-NAME`. */
  helper: string | null;
}

/** `config.json` of a user: in $DOCKER_CONFIG, else in ~/.docker. */
export function userCredentialPath(environment: NodeJS.ProcessEnv): string {
  return join(environment.DOCKER_CONFIG || join(environment.HOME || homedir(), '.docker'), 'config.json');
}

/** Registry credentials in a file in Docker's form, with its credential helpers. Hosts are as in image names, `docker.io` for Docker Hub. */
export class CredentialFile {
  readonly path: string;
  /** One change after the other: each is written over what it read. */
  #changing: Promise<unknown> = Promise.resolve();
  /** What helpers said a moment ago: a pull asks for each blob, and no blob should start a program. */
  readonly #told = new Map<string, { credential: RegistryCredential | undefined; until: number }>();

  constructor(path: string) {
    this.path = path;
  }

  /** @throws BoxError INVALID_ARGUMENT for a file that is no such thing, UNAVAILABLE for a helper that fails */
  async find(host: string, signal?: AbortSignal): Promise<RegistryCredential | undefined> {
    const config = await readConfig(this.path);
    const found = await this.#ask(helperFor(config, host), host, signal);
    if (found) return found;
    const { auths = {} } = config;
    return credentialOf(auths[keyOf(host)]) ?? credentialOf(auths[otherKey(config, host) ?? '']);
  }

  /** Keeps it in place of what was there; says where. Kept by `file` it is readable for whoever reads the file. */
  store(host: string, credential: RegistryCredential, signal?: AbortSignal): Promise<StoredCredential> {
    return this.#change(() => this.#store(host, credential, signal));
  }

  /** False when there was nothing. */
  erase(host: string, signal?: AbortSignal): Promise<boolean> {
    return this.#change(() => this.#erase(host, signal));
  }

  async #ask(helper: CredentialHelper | undefined, host: string, signal: AbortSignal | undefined) {
    const known = this.#told.get(host);
    if (!helper || (known && known.until > Date.now())) return helper && known?.credential;
    const credential = await helper.get(keyOf(host), signal);
    this.#told.set(host, { credential, until: Date.now() + HELPER_ANSWER_MS });
    return credential;
  }

  #change<T>(change: () => Promise<T>): Promise<T> {
    const done = this.#changing.then(change).finally(() => this.#told.clear());
    this.#changing = done.catch(() => undefined);
    return done;
  }

  async #store(
    host: string,
    credential: RegistryCredential,
    signal?: AbortSignal,
  ): Promise<StoredCredential> {
    const config = await readConfig(this.path);
    const helper = helperFor(config, host);
    await helper?.store(keyOf(host), credential, signal);
    const auths = without(config, host);
    // An empty entry is Docker's sign that a helper has something.
    await writeConfig(this.path, {
      ...config,
      auths: { ...auths, [keyOf(host)]: helper ? {} : entryOf(credential) },
    });
    return stored(host, { credential, helper });
  }

  async #erase(host: string, signal?: AbortSignal): Promise<boolean> {
    const config = await readConfig(this.path);
    const helper = helperFor(config, host);
    const had = helper ? (await helper.get(keyOf(host), signal)) !== undefined : false;
    if (had) await helper?.erase(keyOf(host), signal);
    const auths = without(config, host);
    const inFile = Object.keys(auths).length < Object.keys(config.auths ?? {}).length;
    if (inFile) await writeConfig(this.path, { ...config, auths });
    return had || inFile;
  }

  /** By host. A helper that fails hides user names, not hosts. */
  async list(signal?: AbortSignal): Promise<StoredCredential[]> {
    const config = await readConfig(this.path);
    const names = new Set([config.credsStore, ...Object.values(config.credHelpers ?? {})].filter(Boolean));
    const kept = new Map<string, Record<string, string>>();
    for (const name of names as Set<string>) {
      const byServer = await new CredentialHelper(name).list(signal).catch(() => ({}));
      kept.set(name, Object.fromEntries(Object.entries(byServer).map(([key, user]) => [hostOf(key), user])));
    }
    const found = new Map<string, StoredCredential>();
    for (const [key, entry] of Object.entries(config.auths ?? {})) {
      const host = hostOf(key);
      found.set(host, stored(host, { credential: credentialOf(entry), helper: helperFor(config, host) }));
    }
    for (const [name, users] of kept) {
      for (const [host, username] of Object.entries(users)) {
        if (helperFor(config, host)?.name === name)
          found.set(host, { host, username, keptBy: 'helper', helper: name });
      }
    }
    return [...found.values()].sort((a, b) => (a.host < b.host ? -1 : 1));
  }
}

function stored(
  host: string,
  {
    credential,
    helper,
  }: { credential: RegistryCredential | undefined; helper: CredentialHelper | undefined },
): StoredCredential {
  const username = credential && 'username' in credential ? credential.username : null;
  return { host, username, keptBy: helper ? 'helper' : 'file', helper: helper?.name ?? null };
}

function helperFor(
  { credHelpers = {}, credsStore }: ConfigDocument,
  host: string,
): CredentialHelper | undefined {
  const [own] = Object.entries(credHelpers).filter(([key]) => hostOf(key) === host);
  const name = own?.[1] || credsStore;
  return name ? new CredentialHelper(name) : undefined;
}

/** Another spelling of the host that the file has: `https://host/v2/`. */
function otherKey({ auths = {} }: ConfigDocument, host: string): string | undefined {
  return Object.keys(auths).find((key) => hostOf(key) === host);
}

function without({ auths = {} }: ConfigDocument, host: string): NonNullable<ConfigDocument['auths']> {
  return Object.fromEntries(Object.entries(auths).filter(([key]) => hostOf(key) !== host));
}
