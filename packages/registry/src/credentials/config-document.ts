import { chmod, mkdir, open, readFile, realpath, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { BoxError, DEFAULT_REGISTRY } from '@boxyard/spec';
import type { RegistryCredential } from './credential.ts';

/** Docker's config.json: what of it is about credentials; the rest is kept as it is (docker/cli, config file). */
export interface ConfigDocument {
  auths?: Record<string, AuthEntry>;
  credHelpers?: Record<string, string>;
  credsStore?: string;
  [other: string]: unknown;
}
export interface AuthEntry {
  /** Base64 of `user:password`. */
  auth?: string;
  username?: string;
  password?: string;
  identitytoken?: string;
  [other: string]: unknown;
}

/** Under which Docker keeps what is for Docker Hub. */
const HUB_KEY = 'https://index.docker.io/v1/';
const HUB_HOSTS: ReadonlySet<string> = new Set(['docker.io', 'index.docker.io', 'registry-1.docker.io']);
const OWNER_ONLY = 0o600;
const OWNER_ONLY_FOLDER = 0o700;

/** The key for a host: the host itself, for Docker Hub an address of old. */
export function keyOf(host: string): string {
  return host === DEFAULT_REGISTRY ? HUB_KEY : host;
}

/** The host that a key is for: `https://host/v1/` and `host` are the same. */
export function hostOf(key: string): string {
  const host = key.replace(/^https?:\/\//, '').split('/')[0] ?? '';
  return HUB_HOSTS.has(host) ? DEFAULT_REGISTRY : host;
}

/** What an entry says; undefined for an empty one, whose secret a helper keeps. */
export function credentialOf(entry: AuthEntry | undefined): RegistryCredential | undefined {
  if (!entry) return undefined;
  if (entry.identitytoken) return { identityToken: entry.identitytoken };
  const text = Buffer.from(entry.auth ?? '', 'base64').toString();
  const colon = text.indexOf(':');
  if (colon > 0) {
    // Docker of old padded with NUL bytes.
    return { username: text.slice(0, colon), password: text.slice(colon + 1).replace(/\0+$/, '') };
  }
  const { username, password } = entry;
  return username && password ? { username, password } : undefined;
}

/** An entry that keeps a credential in clear. */
export function entryOf(credential: RegistryCredential): AuthEntry {
  if ('identityToken' in credential) return { identitytoken: credential.identityToken };
  const { username, password } = credential;
  return { auth: Buffer.from(`${username}:${password}`).toString('base64') };
}

/** A file that is not there is an empty document. @throws BoxError INVALID_ARGUMENT naming the file */
export async function readConfig(file: string): Promise<ConfigDocument> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return {};
    throw unusable(file, (error as Error).message);
  }
  if (text.trim() === '') return {};
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch {
    // V8's message quotes the text, which may be a secret.
    throw unusable(file, 'it is no JSON');
  }
  const isTable = (value: unknown) => typeof value === 'object' && value !== null && !Array.isArray(value);
  const { auths = {}, credHelpers = {}, credsStore = '' } = (document ?? {}) as ConfigDocument;
  const good =
    isTable(document) &&
    isTable(auths) &&
    Object.values(auths).every(isTable) &&
    isTable(credHelpers) &&
    [credsStore, ...Object.values(credHelpers)].every((name) => typeof name === 'string');
  if (!good) throw unusable(file, 'auths, credHelpers or credsStore is not what Docker writes there');
  return document as ConfigDocument;
}

/** Whole or not at all, for its owner's eyes only; a symbolic link stays one. */
export async function writeConfig(file: string, document: ConfigDocument): Promise<void> {
  await mkdir(dirname(file), { recursive: true, mode: OWNER_ONLY_FOLDER });
  const target = await realpath(file).catch(() => file);
  const temporary = `${target}.${process.pid}.new`;
  try {
    await using handle = await open(temporary, 'w', OWNER_ONLY);
    await chmod(temporary, OWNER_ONLY);
    await handle.writeFile(`${JSON.stringify(document, null, 2)}\n`);
    await handle.sync();
    await rename(temporary, target);
  } catch (cause) {
    await rm(temporary, { force: true });
    throw new BoxError('UNAVAILABLE', `cannot write ${file}: ${(cause as Error).message}`, { cause });
  }
}

function unusable(file: string, why: string): BoxError {
  return new BoxError('INVALID_ARGUMENT', `cannot use ${file}: ${why}`, {
    hint: 'correct it or move it away',
  });
}
