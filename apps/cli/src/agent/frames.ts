import { FrameClient } from '@boxyard/api/client';
import { unixTransport } from '@boxyard/api/client/node';
import { VERSION } from '../version.ts';

/** A connection for streams that comes back for 60 s after a loss; `lost` and `found` are called at the change. */
export function openFrames(socketPath: string, on: { lost(): void; found(): void }): FrameClient {
  const client = new FrameClient({
    connect: unixTransport(socketPath),
    build: `box ${VERSION}`,
    onState: ({ status }) => {
      if (status === 'lost') on.lost();
      if (status === 'open') on.found();
    },
  });
  client.connect();
  return client;
}
