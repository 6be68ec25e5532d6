import type { Connect } from '@boxyard/api/client';
import { BoxError } from '@boxyard/spec';
import type { Duplex, DuplexListener } from '../frames/duplex.ts';

export interface Cut {
  /** Bytes that still pass from agent to client, and from client to agent, before the connection breaks. Infinity: all. */
  toClient: number;
  toAgent: number;
}

/**
 * Connections between the frame client and the agent's frame connection without sockets: bytes pass in later turns, in pieces of
 * `piece` bytes, and the nth connection breaks in the middle of anything as `cuts[n]` says.
 */
export function cutTransport(accept: (duplex: Duplex) => void, cuts: Cut[], piece = 64 * 1024): Connect {
  let made = 0;
  return async (handlers) => {
    const cut = { toClient: Infinity, toAgent: Infinity, ...cuts[made++] };
    let listener: DuplexListener | null = null;
    let open = true;
    let buffered = 0;

    const breakUp = (tellClient: boolean) => {
      if (!open) return;
      open = false;
      setImmediate(() => {
        listener?.closed();
        if (tellClient) handlers.closed(new BoxError('UNAVAILABLE', 'cut'));
      });
    };
    const pass = (
      bytes: Uint8Array,
      side: keyof Cut,
      deliver: (chunk: Uint8Array) => void,
      done: () => void,
    ) => {
      const copy = new Uint8Array(bytes);
      setImmediate(() => {
        for (let at = 0; at < copy.length && open; at += piece) {
          const chunk = copy.subarray(at, Math.min(at + piece, at + cut[side], copy.length));
          cut[side] -= chunk.length;
          if (chunk.length > 0) deliver(chunk);
          if (cut[side] === 0) breakUp(true);
        }
        done();
      });
    };

    accept({
      send(frame) {
        buffered += frame.length;
        if (open)
          pass(
            frame,
            'toClient',
            (chunk) => handlers.bytes(chunk),
            () => {
              buffered -= frame.length;
              if (buffered === 0) listener?.drained();
            },
          );
      },
      get buffered() {
        return buffered;
      },
      close: () => setImmediate(() => breakUp(true)),
      listen: (given) => {
        listener = given;
      },
    });
    return {
      send: (bytes) =>
        open &&
        pass(
          bytes,
          'toAgent',
          (chunk) => listener?.bytes(chunk),
          () => {},
        ),
      close: () => breakUp(false),
    };
  };
}
