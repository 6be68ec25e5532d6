import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { BoxError } from '@boxyard/spec';

/**
 * Listens for browsers on this host.
 * @returns the port (the asked one, or the kernel's choice for 0)
 * @throws BoxError IN_USE when the port is taken
 */
export async function listenOnTcp(
  server: Server,
  { host, port }: { host: string; port: number },
): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(explain(error, host, port)));
    server.listen({ host, port, exclusive: true }, resolve);
  });
  server.removeAllListeners('error');
  return (server.address() as AddressInfo).port;
}

function explain(error: NodeJS.ErrnoException, host: string, port: number): BoxError {
  if (error.code === 'EADDRINUSE') {
    return new BoxError('IN_USE', `port ${port} on ${host} is taken by another program`, {
      hint: `choose another with BOXYARD_LISTEN=${host}:${port + 1}, or BOXYARD_LISTEN=off for no dashboard`,
      cause: error,
    });
  }
  return new BoxError('INTERNAL', `cannot listen on ${host}:${port}: ${error.message}`, {
    hint: 'set BOXYARD_LISTEN=127.0.0.1:7420',
    cause: error,
  });
}
