/**
 * One HTTP/1.1 exchange over a unix socket, by hand: fetch loads undici (15 ms) and node:http 3 ms, a request of ours is over in one.
 */
import type { IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import { connectionError } from '@boxyard/api/client/node';
import { BoxError } from '@boxyard/spec';

export interface HttpRequest {
  socketPath: string;
  method: 'GET' | 'POST';
  path: string;
  /** Text is sent with its length, a stream chunked and no faster than the agent takes it. */
  body?: string | AsyncIterable<Uint8Array>;
  signal?: AbortSignal;
}

export interface HttpResponse {
  status: number;
  body: Buffer;
}

/**
 * @throws BoxError UNAVAILABLE when nobody listens or the connection is lost (`details.connected` tells the two apart),
 * PERMISSION_DENIED when the socket may not be opened, CANCELLED
 */
export function exchange({ socketPath, method, path, body, signal }: HttpRequest): Promise<HttpResponse> {
  return new Promise((resolve, reject) => {
    const socket = connect(socketPath);
    const chunks: Buffer[] = [];
    let connected = false;
    let failure: Error | null = null;
    let done = false;
    const finish = (settle: () => void) => {
      if (done) return;
      done = true;
      signal?.removeEventListener('abort', abort);
      socket.destroy();
      settle();
    };
    const abort = () => finish(() => reject(new BoxError('CANCELLED', 'cancelled')));
    signal?.addEventListener('abort', abort);

    socket.on('connect', () => {
      connected = true;
      const head = `${method} ${path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n`;
      if (body === undefined) socket.write(`${head}\r\n`);
      else if (typeof body === 'string') {
        const length = Buffer.byteLength(body);
        socket.write(`${head}Content-Type: application/json\r\nContent-Length: ${length}\r\n\r\n${body}`);
      } else {
        socket.write(`${head}Content-Type: application/octet-stream\r\nTransfer-Encoding: chunked\r\n\r\n`);
        sendChunked(socket, body).catch((error) => finish(() => reject(error)));
      }
    });
    socket.on('data', (chunk: Buffer) => {
      chunks.push(chunk);
      const response = parseResponse(chunks);
      if (response) finish(() => resolve(response));
    });
    socket.on('error', (error) => {
      failure = error;
    });
    socket.on('close', () => {
      const lost = connectionError(socketPath, failure);
      const details = { ...lost.details, connected };
      const error = new BoxError(lost.code, lost.message, {
        ...(lost.hint ? { hint: lost.hint } : {}),
        details,
      });
      finish(() => reject(error));
    });
  });
}

/**
 * The body of a GET as it comes, no faster than it is taken; for the bulk bodies that do not fit in memory.
 * @throws BoxError as the agent gave it, or UNAVAILABLE when the body broke off
 */
export async function* download(options: { socketPath: string; path: string }): AsyncGenerator<Buffer> {
  // Loaded here alone: other commands start 3 ms faster without it.
  const { request } = await import('node:http');
  const sent = request({
    socketPath: options.socketPath,
    path: options.path,
    headers: { Connection: 'close' },
  });
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  sent.on('response', resolve).on('error', (error) => reject(connectionError(options.socketPath, error)));
  sent.end();
  const response = await promise;
  try {
    if (response.statusCode !== 200) {
      const body = Buffer.concat(await response.toArray());
      throw BoxError.from(JSON.parse(body.toString()));
    }
    yield* response;
  } catch (error) {
    if (error instanceof BoxError) throw error;
    throw new BoxError('UNAVAILABLE', 'the archive broke off: the agent met an error or went away', {
      hint: "what was written is not whole; the agent's log says why",
      cause: error,
    });
  } finally {
    sent.destroy();
  }
}

async function sendChunked(
  socket: ReturnType<typeof connect>,
  body: AsyncIterable<Uint8Array>,
): Promise<void> {
  for await (const chunk of body) {
    if (chunk.length === 0) continue;
    socket.cork();
    socket.write(`${chunk.length.toString(16)}\r\n`);
    socket.write(chunk);
    const more = socket.write('\r\n');
    socket.uncork();
    if (socket.destroyed) return;
    if (!more) await drained(socket);
  }
  socket.write('0\r\n\r\n');
}

function drained(socket: ReturnType<typeof connect>): Promise<void> {
  return new Promise((resolve) => {
    const go = () => {
      socket.off('drain', go).off('close', go);
      resolve();
    };
    socket.on('drain', go).on('close', go);
  });
}

/** The answer once it is whole, else undefined. */
export function parseResponse(chunks: Buffer[]): HttpResponse | undefined {
  const bytes = chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks);
  chunks.splice(0, chunks.length, bytes);
  const end = bytes.indexOf('\r\n\r\n');
  if (end === -1) return undefined;
  const head = bytes.toString('latin1', 0, end);
  const status = Number(/^HTTP\/1\.[01] (\d{3})/.exec(head)?.[1] ?? 0);
  const body = bytes.subarray(end + 4);
  if (/^transfer-encoding:\s*chunked/im.test(head)) {
    const whole = dechunk(body);
    return whole && { status, body: whole };
  }
  const length = Number(/^content-length:\s*(\d+)/im.exec(head)?.[1] ?? 0);
  return body.length >= length ? { status, body: body.subarray(0, length) } : undefined;
}

function dechunk(bytes: Buffer): Buffer | undefined {
  const parts: Buffer[] = [];
  for (let at = 0; ; ) {
    const line = bytes.indexOf('\r\n', at);
    if (line === -1) return undefined;
    const length = Number.parseInt(bytes.toString('latin1', at, line), 16);
    if (length === 0) return Buffer.concat(parts);
    const end = line + 2 + length;
    if (!(end + 2 <= bytes.length)) return undefined;
    parts.push(bytes.subarray(line + 2, end));
    at = end + 2;
  }
}
