import { readFile } from 'node:fs/promises';
import { BoxError, nearest } from '@boxyard/spec';
import { parse, TomlError } from 'smol-toml';

/** What registries.toml says about one host. */
export interface HostSettings {
  /** Plain HTTP, or TLS with a certificate that nobody checks. */
  insecure: boolean;
  /** File of PEM certificates that are trusted beside the usual ones. */
  ca?: string | undefined;
  /** Files of a client certificate and its key, PEM. */
  cert?: string | undefined;
  key?: string | undefined;
  /** `HOST[:PORT][/PREFIX]`, asked in this order before the registry itself, for pulls only. */
  mirrors: readonly string[];
  /** URL of an HTTP proxy, or `none` whatever the environment says. */
  proxy?: string | undefined;
  /** Seconds without an answer, or without a byte of one, after which it is tried again. */
  timeout?: number | undefined;
}

const HOST = /^(?:[a-zA-Z0-9](?:[a-zA-Z0-9.-]*[a-zA-Z0-9])?|\[[0-9a-fA-F:]+\])(?::\d{1,5})?$/;
const MIRROR = /^[^/\s]+(?:\/[a-z0-9._/-]+)?$/;
const KEYS = ['insecure', 'ca', 'cert', 'key', 'mirrors', 'proxy', 'timeout'] as const;
/** An hour: whoever wants more wants none. */
const LONGEST_TIMEOUT_S = 3600;
const DEFAULTS: HostSettings = { insecure: false, mirrors: [] };

/**
 * The registries' settings: a table `[registry."HOST[:PORT]"]` for each host that needs one.
 *
 *     [registry."registry.lan:5000"]
 *     ca = "/etc/boxyard/lan-ca.pem"
 *     [registry."docker.io"]
 *     mirrors = ["mirror.lan"]
 */
export class RegistrySettings {
  readonly #hosts: ReadonlyMap<string, HostSettings>;

  constructor(hosts: ReadonlyMap<string, HostSettings> = new Map()) {
    this.#hosts = hosts;
  }

  /** Reads the file; one that is not there says nothing. @throws BoxError INVALID_ARGUMENT naming file and line */
  static async load(file: string): Promise<RegistrySettings> {
    try {
      return RegistrySettings.parse(await readFile(file, 'utf8'), file);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return new RegistrySettings();
      throw error;
    }
  }

  /** @throws BoxError INVALID_ARGUMENT naming file and line or key */
  static parse(text: string, file: string): RegistrySettings {
    const { registry = {}, ...rest } = parseToml(text, file);
    const complain = (what: string, hint = 'see registries.toml in the documentation') => {
      throw new BoxError('INVALID_ARGUMENT', `${file}: ${what}`, { hint });
    };
    for (const key of Object.keys(rest)) complain(`there is no "${key}"`, 'write [registry."host:port"]');
    if (!isTable(registry)) return complain('"registry" is no table', 'write [registry."host:port"]');
    const hosts = new Map<string, HostSettings>();
    for (const [host, table] of Object.entries(registry)) {
      const name = `registry."${host}"`;
      if (!HOST.test(host)) complain(`${name}: "${host}" is no HOST[:PORT]`);
      if (!isTable(table)) return complain(`${name} is no table`);
      hosts.set(
        host,
        hostSettings(table, (what, hint) => complain(`${name}: ${what}`, hint)),
      );
    }
    return new RegistrySettings(hosts);
  }

  of(host: string): HostSettings {
    return this.#hosts.get(host) ?? DEFAULTS;
  }

  /** Those it says something about. */
  get hosts(): string[] {
    return [...this.#hosts.keys()];
  }
}

function parseToml(text: string, file: string): Record<string, unknown> {
  try {
    return parse(text) as Record<string, unknown>;
  } catch (cause) {
    if (!(cause instanceof TomlError)) throw cause;
    const [what] = cause.message.replace(/^Invalid TOML document: /, '').split('\n');
    throw new BoxError('INVALID_ARGUMENT', `${file}:${cause.line}:${cause.column}: ${what}`, {
      hint: 'correct that line',
      cause,
    });
  }
}

type Complain = (what: string, hint?: string) => void;

function hostSettings(table: Record<string, unknown>, complain: Complain): HostSettings {
  for (const key of Object.keys(table)) {
    if (KEYS.some((known) => known === key)) continue;
    const near = nearest(key, KEYS);
    complain(`there is no key "${key}"`, near ? `did you mean "${near}"?` : `keys are ${KEYS.join(', ')}`);
  }
  const { insecure = false, mirrors = [] } = table;
  if (typeof insecure !== 'boolean') complain('insecure must be true or false');
  if (!Array.isArray(mirrors) || !mirrors.every(isMirror)) {
    complain('mirrors must be an array of "HOST[:PORT][/PREFIX]"', 'leave "https://" away');
  }
  const [ca, cert, key] = (['ca', 'cert', 'key'] as const).map((name) => path(table[name], name, complain));
  if ((cert === undefined) !== (key === undefined)) complain('cert and key belong together');
  const { proxy } = table;
  if (proxy !== undefined && !isProxy(proxy)) complain('proxy must be "http://HOST:PORT" or "none"');
  const { timeout } = table;
  if (timeout !== undefined && !isTimeout(timeout)) {
    complain(`timeout must be a number of seconds, 1 to ${LONGEST_TIMEOUT_S}`);
  }
  return {
    insecure: insecure === true,
    ca,
    cert,
    key,
    mirrors: mirrors as string[],
    proxy: proxy as string | undefined,
    timeout: timeout as number | undefined,
  };
}

function path(value: unknown, name: string, complain: Complain): string | undefined {
  if (value !== undefined && (typeof value !== 'string' || !value.startsWith('/'))) {
    complain(`${name} must be an absolute path of a file`);
  }
  return value as string | undefined;
}

function isTable(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date);
}

function isMirror(value: unknown): boolean {
  return typeof value === 'string' && MIRROR.test(value) && HOST.test(value.split('/')[0] ?? '');
}

function isTimeout(value: unknown): boolean {
  return typeof value === 'number' && value >= 1 && value <= LONGEST_TIMEOUT_S;
}

function isProxy(value: unknown): boolean {
  return (
    value === 'none' || (typeof value === 'string' && /^https?:$/.test(URL.parse(value)?.protocol ?? ''))
  );
}
