import { connect as connectSocket } from 'node:net';
import { BoxError, type BoxErrorShape } from '@boxyard/spec';
import type { Connect } from './types.ts';

/** An answer's head longer than this is no answer of ours. */
const HEAD_MAX_BYTES = 16 * 1024;
const REQUEST =
  'GET /frames HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: boxyard-frames\r\n\r\n';

/**
 * Frames over the agent's unix socket: an HTTP upgrade, then plain frames. A raw socket, because loading node:http costs the command
 * line more than the whole exchange.
 * @param path of boxd.sock
 */
export function unixTransport(path: string): Connect {
  return (handlers) =>
    new Promise((resolve, reject) => {
      const socket = connectSocket(path);
      let head: Buffer | null = Buffer.alloc(0);
      let failure: Error | null = null;

      const transport = {
        send: (bytes: Uint8Array) => {
          if (socket.writable) socket.write(bytes);
        },
        close: () => {
          socket.removeAllListeners('close');
          // Ends rather than destroys: a last input or close frame still leaves.
          socket.end();
          socket.unref();
        },
      };

      socket.on('connect', () => socket.write(REQUEST));
      socket.on('error', (error) => {
        failure = error;
      });
      socket.on('close', () => {
        const reason = connectionError(path, failure);
        if (head) reject(reason);
        else handlers.closed(reason);
      });
      socket.on('data', (chunk: Buffer) => {
        if (!head) return handlers.bytes(chunk);
        head = Buffer.concat([head, chunk]);
        const end = head.indexOf('\r\n\r\n');
        if (end < 0 && head.length < HEAD_MAX_BYTES) return;
        const text = head.toString('latin1', 0, Math.max(end, 0));
        if (!/^HTTP\/1\.1 101 /.test(text)) {
          reject(refusal(text, head.subarray(end + 4).toString()));
          socket.removeAllListeners('close').destroy();
          return;
        }
        const rest = head.subarray(end + 4);
        head = null;
        resolve(transport);
        // After the promise's reaction, so that the client knows its transport before the first bytes.
        if (rest.length > 0) queueMicrotask(() => handlers.bytes(rest));
      });
    });
}

/** What a failed or ended socket means to its user. */
export function connectionError(path: string, failure: Error | null): BoxError {
  const code = failure && 'code' in failure ? failure.code : undefined;
  if (code === 'ENOENT' || code === 'ECONNREFUSED') {
    return new BoxError('UNAVAILABLE', 'the agent is not running', {
      hint: 'start it with "npm run up", or bin/boxd',
      details: { path },
      cause: failure,
    });
  }
  if (code === 'EACCES') {
    return new BoxError('PERMISSION_DENIED', `no permission to open ${path}`, {
      hint: 'run as root, or join the group boxyard',
      cause: failure,
    });
  }
  return new BoxError('UNAVAILABLE', 'the connection to the agent was lost', { cause: failure ?? undefined });
}

/** The agent answers refusals with a BoxError as JSON. */
function refusal(head: string, body: string): BoxError {
  try {
    return BoxError.from(JSON.parse(body) as BoxErrorShape);
  } catch {
    return new BoxError(
      'INTERNAL',
      `the agent refused the stream: ${head.split('\r\n')[0] || 'no HTTP answer'}`,
    );
  }
}
