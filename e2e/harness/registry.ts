/** Debian's docker-registry on a loopback port of its own, open, with passwords (htpasswd), or with tokens from a server of ours. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run, type TestAgent } from './agent.ts';
import { type Certificate, makeCertificate } from './certificate.ts';
import { REGISTRY_PASSWORD, REGISTRY_USER, TokenServer } from './token-server.ts';

const START_TIMEOUT_MS = 20_000;

export interface RegistryOptions {
  /** Absent: anybody may pull and push. */
  auth?: 'htpasswd' | 'token' | undefined;
  /** HTTPS with a certificate that only those trust who are told its file (`certificate.certificateFile`). */
  tls?: boolean | undefined;
}

export class TestRegistry implements AsyncDisposable {
  /** `127.0.0.1:PORT`, as it stands before an image's name. */
  readonly host: string;
  readonly folder: string;
  readonly tokens: TokenServer | undefined;
  readonly certificate: Certificate | undefined;
  readonly #child: ChildProcess;
  readonly #auth: boolean;
  readonly #log: { text: string };

  private constructor(
    parts: { host: string; folder: string; child: ChildProcess; log: { text: string } } & RegistryOptions & {
        tokens?: TokenServer | undefined;
        certificate?: Certificate | undefined;
      },
  ) {
    this.host = parts.host;
    this.folder = parts.folder;
    this.tokens = parts.tokens;
    this.certificate = parts.certificate;
    this.#child = parts.child;
    this.#auth = parts.auth !== undefined;
    this.#log = parts.log;
  }

  static async start(options: RegistryOptions = {}): Promise<TestRegistry> {
    const folder = mkdtempSync(join(tmpdir(), 'registry-'));
    mkdirSync(join(folder, 'data'));
    const certificate = options.tls ? await makeCertificate(folder) : undefined;
    const tokens = options.auth === 'token' ? await TokenServer.start(folder) : undefined;
    const config = join(folder, 'config.yml');
    // JSON is YAML.
    writeFileSync(config, JSON.stringify(await configuration(folder, { ...options, certificate, tokens })));
    const child = spawn('docker-registry', ['serve', config], { stdio: ['ignore', 'ignore', 'pipe'] });
    const log = { text: '' };
    const host = await listening(child, log);
    return new TestRegistry({ ...options, host, folder, child, log, tokens, certificate });
  }

  /** What it said, its access log included. */
  get log(): string {
    return this.#log.text;
  }

  /** Credentials of its one user, for `RegistryClient`; undefined where nobody asks. */
  get credential(): { username: string; password: string } | undefined {
    return this.#auth ? { username: REGISTRY_USER, password: REGISTRY_PASSWORD } : undefined;
  }

  /** The full name of an image here: `127.0.0.1:PORT/NAME`. */
  name(name: string): string {
    return `${this.host}/${name}`;
  }

  /** `source` as skopeo writes it: `oci:/folder:tag`, `docker-archive:/file`, `docker://…`. */
  pushWithSkopeo(source: string, name: string, args: readonly string[] = []): Promise<void> {
    const credentials = this.#auth ? [`--dest-creds=${REGISTRY_USER}:${REGISTRY_PASSWORD}`] : [];
    return skopeo([
      'copy',
      '--dest-tls-verify=false',
      ...credentials,
      ...args,
      source,
      `docker://${this.name(name)}`,
    ]);
  }

  /** `target` as skopeo writes it: `oci:/folder:tag`, `dir:/folder`. */
  pullWithSkopeo(name: string, target: string, args: readonly string[] = []): Promise<void> {
    const credentials = this.#auth ? [`--src-creds=${REGISTRY_USER}:${REGISTRY_PASSWORD}`] : [];
    return skopeo([
      'copy',
      '--src-tls-verify=false',
      ...credentials,
      ...args,
      `docker://${this.name(name)}`,
      target,
    ]);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#child.exitCode === null && this.#child.signalCode === null) {
      const ended = once(this.#child, 'exit');
      this.#child.kill('SIGKILL');
      await ended;
    }
    await this.tokens?.[Symbol.asyncDispose]();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** Runs skopeo to its end; anything but success is an error with what it said. */
export async function skopeo(args: readonly string[]): Promise<void> {
  const { code, stdout, stderr } = await run('skopeo', ['--insecure-policy', ...args]);
  if (code !== 0) throw new Error(`skopeo ${args.join(' ')} → ${code}: ${stderr || stdout}`);
}

async function configuration(
  folder: string,
  options: RegistryOptions & { certificate?: Certificate | undefined; tokens?: TokenServer | undefined },
): Promise<object> {
  const { certificate, tokens } = options;
  return {
    version: '0.1',
    log: { level: 'info', accesslog: { disabled: false } },
    storage: { filesystem: { rootdirectory: join(folder, 'data') }, delete: { enabled: true } },
    http: {
      addr: '127.0.0.1:0',
      ...(certificate && {
        tls: { certificate: certificate.certificateFile, key: certificate.keyFile },
      }),
    },
    ...(options.auth === 'htpasswd' && {
      auth: { htpasswd: { realm: 'test', path: await passwordFile(folder) } },
    }),
    ...(tokens && { auth: { token: tokens.registryConfig } }),
  };
}

async function passwordFile(folder: string): Promise<string> {
  const file = join(folder, 'htpasswd');
  const cheapestBcrypt = ['-B', '-C', '4'];
  const made = await run('htpasswd', [...cheapestBcrypt, '-b', '-c', file, REGISTRY_USER, REGISTRY_PASSWORD]);
  if (made.code !== 0) throw new Error(`htpasswd: ${made.stderr}`);
  return file;
}

/** Resolves to `HOST:PORT` when it says that it listens. */
function listening(child: ChildProcess, log: { text: string }): Promise<string> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => fail('does not listen'), START_TIMEOUT_MS);
    const fail = (what: string) => {
      clearTimeout(timer);
      child.kill('SIGKILL');
      reject(new Error(`docker-registry ${what}:\n${log.text}`));
    };
    child.once('error', (error) => fail(error.message));
    child.once('exit', () => fail('ended'));
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      log.text += text;
      const [, host] = /listening on (127\.0\.0\.1:\d+)/.exec(log.text) ?? [];
      if (host === undefined) return;
      clearTimeout(timer);
      resolve(host);
    });
  });
}

/** Lets an agent speak plain HTTP with these registries; replaces what its registries.toml said. */
export function allowPlainHttp(agent: TestAgent, ...hosts: readonly string[]): void {
  const tables = hosts.map((host) => `[registry."${host}"]\ninsecure = true\n`);
  writeFileSync(join(agent.folder, 'root', 'registries.toml'), tables.join(''));
}
