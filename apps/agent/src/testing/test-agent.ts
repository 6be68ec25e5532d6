import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type IncomingHttpHeaders, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pino from 'pino';
import { type Agent, startAgent } from '../agent.ts';
import type { Configuration } from '../configuration.ts';
import { FakeEngine } from './fake-engine.ts';

export interface Answer {
  status: number;
  headers: IncomingHttpHeaders;
  body: string;
  // biome-ignore lint/suspicious/noExplicitAny: answers of many shapes, compared by expect
  json: any;
}

/** A real agent over an engine in memory, in a directory of its own. `await using` ends it. */
export class TestAgent {
  readonly engine = new FakeEngine();
  readonly directory = mkdtempSync(join(tmpdir(), 'bxa-'));
  readonly web = join(this.directory, 'web');
  /** Where requests over TCP go, whatever name they ask for. */
  connectTo = { hostname: '127.0.0.1', port: 0 };
  #agent: Agent | null = null;

  static async start(files: Record<string, string> = {}): Promise<TestAgent> {
    const agent = new TestAgent();
    for (const [name, text] of Object.entries({ 'index.html': '<p>hello</p>', ...files })) {
      const path = join(agent.web, name);
      mkdirSync(join(path, '..'), { recursive: true });
      writeFileSync(path, text);
    }
    await agent.open();
    return agent;
  }

  get socket(): string {
    return join(this.directory, 'boxd.sock');
  }

  /** `127.0.0.1:<port>` */
  get host(): string {
    return this.origin.slice('http://'.length);
  }

  get origin(): string {
    return this.#agent?.address ?? '';
  }

  async open(port = 0, more: Partial<Configuration> = {}): Promise<void> {
    const configuration = {
      root: this.directory,
      run: this.directory,
      socket: this.socket,
      cgroupRoot: undefined,
      logLevel: 'error' as const,
      listen: { host: '127.0.0.1', port },
      hosts: [],
      web: undefined,
      ...more,
    };
    const logger = pino({ level: 'silent' });
    this.#agent = await startAgent(this.engine, { configuration, web: this.web, build: 'test', logger });
    const { json } = await this.unix('GET', '/trpc/access.status');
    this.connectTo = { hostname: '127.0.0.1', port: json.result.data.listen.port };
  }

  async close(): Promise<void> {
    await this.#agent?.close();
    this.#agent = null;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
    rmSync(this.directory, { recursive: true });
  }

  /** One request over TCP with exactly these headers (and Host, unless given). */
  tcp(method: string, path: string, headers: Record<string, string> = {}, body?: string): Promise<Answer> {
    return ask({ ...this.connectTo, method, path, headers }, body);
  }

  /** One request over the unix socket. */
  unix(method: string, path: string, body?: string): Promise<Answer> {
    const headers = body === undefined ? {} : { 'content-type': 'application/json' };
    return ask({ socketPath: this.socket, method, path, headers: { host: 'localhost', ...headers } }, body);
  }

  /** The one-time token of a new sign-in link. */
  async signInToken(): Promise<string> {
    const { json } = await this.unix('POST', '/trpc/system.signInLink', '');
    return new URL(json.result.data.url).hash.slice('#token='.length);
  }

  /** Headers of a signed-in page of the dashboard. */
  async signIn(): Promise<{
    origin: string;
    cookie: string;
    'x-boxyard-session': string;
    'content-type': string;
  }> {
    const headers = { origin: this.origin, 'content-type': 'application/json' };
    const body = JSON.stringify({ token: await this.signInToken() });
    const answer = await this.tcp('POST', '/session', headers, body);
    const cookie = answer.headers['set-cookie']?.[0]?.split(';')[0] ?? '';
    return { ...headers, cookie, 'x-boxyard-session': answer.json.secret };
  }
}

function ask(options: object, body?: string): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const sent = request({ ...options, agent: false }, async (response) => {
      let text = '';
      try {
        for await (const chunk of response) text += chunk;
      } catch (error) {
        return reject(error);
      }
      const isJson = response.headers['content-type']?.startsWith('application/json');
      resolve({
        status: response.statusCode ?? 0,
        headers: response.headers,
        body: text,
        json: isJson ? JSON.parse(text) : null,
      });
    });
    sent.on('error', reject);
    sent.end(body);
  });
}
