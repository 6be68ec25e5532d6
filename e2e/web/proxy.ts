import { once } from 'node:events';
import { createServer, type IncomingMessage, request, type Server, type ServerResponse } from 'node:http';
import { connect, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';

export interface ProxyWays {
  /** What becomes of a WebSocket's upgrade. */
  upgrades: 'pass' | 'refuse';
  /** Whether an answer is passed on as it comes, or collected until it ends. */
  bodies: 'stream' | 'buffer';
}

/** A reverse proxy as people put before dashboards, with the habits that break them. `await using` ends it. */
export class TestProxy implements AsyncDisposable {
  readonly ways: ProxyWays = { upgrades: 'pass', bodies: 'stream' };
  /** Each of the next upgraded connections breaks: so many bytes towards the browser after it has caught up with what it missed. */
  breaks: number[] = [];
  /** Paths of the requests that came, upgrades not among them. */
  readonly paths: string[] = [];
  readonly #server: Server;
  readonly #target: { host: string; port: number };
  readonly #sockets = new Set<Socket | Duplex>();

  private constructor(target: { host: string; port: number }) {
    this.#target = target;
    this.#server = createServer((asked, answer) => this.#pass(asked, answer));
    this.#server.on('upgrade', (asked: IncomingMessage, socket: Duplex, head: Buffer) =>
      this.#upgrade(asked, socket, head),
    );
    this.#server.on('connection', (socket) => this.#hold(socket));
  }

  /** Listens at `port` of the loopback and passes on to the agent's. The agent must know the proxy's name: BOXYARD_HOSTS. */
  static async start({ port, agentPort }: { port: number; agentPort: number }): Promise<TestProxy> {
    const proxy = new TestProxy({ host: '127.0.0.1', port: agentPort });
    await once(proxy.#server.listen(port, '127.0.0.1'), 'listening');
    return proxy;
  }

  /** Ends every connection there is, as a proxy does that found them idle. New ones are taken. */
  cut(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.cut();
    this.#server.close();
    await once(this.#server, 'close');
  }

  #hold(socket: Socket | Duplex): void {
    this.#sockets.add(socket);
    socket.on('error', () => {});
    socket.on('close', () => this.#sockets.delete(socket));
  }

  #pass(asked: IncomingMessage, answer: ServerResponse): void {
    const { method, url: path = '/', headers } = asked;
    this.paths.push(path);
    const passed = request({ ...this.#target, method, path, headers }, (response) => {
      const head = () => answer.writeHead(response.statusCode ?? 502, response.headers);
      response.on('error', () => answer.destroy());
      if (this.ways.bodies === 'stream') {
        head();
        response.pipe(answer);
        return;
      }
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => head().end(Buffer.concat(chunks)));
    });
    passed.on('error', () => answer.destroy());
    answer.on('close', () => passed.destroy());
    asked.pipe(passed);
  }

  #upgrade({ method, url, rawHeaders }: IncomingMessage, socket: Duplex, head: Buffer): void {
    if (this.ways.upgrades === 'refuse') {
      socket.end('HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
      return;
    }
    const agent = connect(this.#target);
    this.#hold(agent);
    const lines = rawHeaders.flatMap((text, at) => (at % 2 === 0 ? [`${text}: ${rawHeaders[at + 1]}`] : []));
    agent.write(`${method} ${url} HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n`);
    agent.write(head);
    socket.pipe(agent);
    const left = this.breaks.shift();
    if (left === undefined) agent.pipe(socket);
    else passAtMost(left, agent, socket);
    socket.on('close', () => agent.destroy());
    agent.on('close', () => socket.destroy());
  }
}

/** What a browser missed comes in one large message, of which it would see nothing if that were cut. */
const CATCH_UP_MS = 150;

/** Passes on everything for a moment, then that many bytes, then ends both. */
function passAtMost(bytes: number, from: Duplex, to: Duplex): void {
  const began = performance.now();
  let left = bytes;
  from.on('data', (chunk: Buffer) => {
    if (performance.now() - began < CATCH_UP_MS) return void to.write(chunk);
    const passed = chunk.subarray(0, left);
    left -= passed.length;
    to.write(passed, () => {
      if (left > 0) return;
      from.destroy();
      to.destroy();
    });
  });
}
