import { FrameClient } from '@boxyard/api/client';
import { unixTransport } from '@boxyard/api/client/node';
import { VERSION } from '../version.ts';

export interface StreamConnection {
  client: FrameClient;
  /** The agent said hello: what was asked for before is known to it before any procedure called from now on. */
  connected: Promise<void>;
}

/** A connection for streams that comes back for 60 s after a loss; `lost` and `found` are called at the change. */
export function openFrames(socketPath: string, on: { lost(): void; found(): void }): StreamConnection {
  const { promise, resolve } = Promise.withResolvers<void>();
  const client = new FrameClient({
    connect: unixTransport(socketPath),
    build: `box ${VERSION}`,
    onState: ({ status }) => {
      if (status === 'lost') on.lost();
      if (status !== 'open') return;
      on.found();
      resolve();
    },
  });
  return { client, connected: promise };
}
