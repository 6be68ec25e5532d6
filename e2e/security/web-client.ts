/** Hand-made requests to the dashboard's door: exactly the headers that a test gives, as an attacker writes them. */
import { type IncomingHttpHeaders, request } from 'node:http';
import { connect } from 'node:net';
import { WebSocket } from 'ws';
import type { TestAgent } from '../harness/agent.ts';

export interface Answer {
  status: number;
  headers: IncomingHttpHeaders;
  body: string;
}

/** The headers of a signed-in page's requests. */
export interface Signed extends Record<string, string> {
  origin: string;
  cookie: string;
  'x-boxyard-session': string;
  'content-type': string;
}

export class WebClient {
  readonly port: number;
  readonly origin: string;
  readonly #agent: TestAgent;

  constructor(agent: TestAgent, port: number) {
    this.#agent = agent;
    this.port = port;
    this.origin = `http://127.0.0.1:${port}`;
  }

  ask(
    method: string,
    path: string,
    { headers = {}, body }: { headers?: Record<string, string>; body?: string } = {},
  ): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const options = { hostname: '127.0.0.1', port: this.port, method, path, headers, agent: false };
      const sent = request(options, async (response) => {
        let text = '';
        for await (const chunk of response) text += chunk;
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body: text });
      });
      sent.on('error', reject);
      sent.end(body);
    });
  }

  /** Bytes as they are; what the agent says until it closes or cuts the connection. */
  raw(bytes: string): Promise<string> {
    return new Promise((resolve) => {
      const socket = connect(this.port, '127.0.0.1', () => socket.write(bytes));
      let text = '';
      socket.setEncoding('latin1').on('data', (chunk) => {
        text += chunk;
      });
      socket.on('close', () => resolve(text)).on('error', () => undefined);
    });
  }

  async token(): Promise<string> {
    return new URL(await this.#agent.ok(['ui'])).hash.slice('#token='.length);
  }

  async signIn(): Promise<Signed> {
    const headers = { origin: this.origin, 'content-type': 'application/json' };
    const body = JSON.stringify({ token: await this.token() });
    const answer = await this.ask('POST', '/session', { headers, body });
    const cookie = answer.headers['set-cookie']?.[0]?.split(';')[0] ?? '';
    return { ...headers, cookie, 'x-boxyard-session': JSON.parse(answer.body).secret };
  }

  async ticket(session: Signed): Promise<string> {
    return JSON.parse((await this.ask('POST', '/session/ticket', { headers: session })).body).ticket;
  }

  /** An open socket, or the status it was refused with. */
  socket(headers: Record<string, string>, ticket?: string, path = '/frames'): Promise<WebSocket | number> {
    const protocols = ['boxyard-frames', ...(ticket === undefined ? [] : [`ticket.${ticket}`])];
    return new Promise((resolve) => {
      const socket = new WebSocket(`ws://127.0.0.1:${this.port}${path}`, protocols, { headers });
      socket.on('open', () => resolve(socket));
      socket.on('unexpected-response', (_request, response) => {
        response.destroy();
        resolve(response.statusCode ?? 0);
      });
      socket.on('error', () => {});
    });
  }
}

/** A procedure as a request: queries in the URL, mutations in the body. */
export const LIST = '/trpc/containers.list?input=%7B%22all%22%3Atrue%7D';
export const REMOVE = '/trpc/containers.remove';
export const REMOVE_WEB = JSON.stringify({ container: 'web', force: true });
